// The vendor's own client against one pretend room; prints what it saw as one line of JSON.
// It does not check certificates: that is its way, not ours.
const [, , folder, host, port, username, password] = process.argv
const jsxapi = require(`${folder}/node_modules/jsxapi`)

const seen = { feedback: [], ghosts: [] }
const xapi = jsxapi.connect(`wss://${host}:${port}`, { username, password })
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function failure(promise) {
  try {
    await promise
    return null
  } catch (error) {
    return { code: error.code, message: error.message }
  }
}

async function settled(read, wanted) {
  for (let at = 0; at < 100; at += 1) {
    if ((await read()) === wanted) return wanted
    await wait(100)
  }
  return read()
}

async function story() {
  seen.volume = await xapi.Status.Audio.Volume.get()
  seen.muteBefore = await xapi.Status.Audio.Microphones.Mute.get()
  const feedback = xapi.Status.Audio.Microphones.Mute.on((value) => seen.feedback.push(value))
  await feedback.registration
  seen.unmute = await xapi.Command.Audio.Microphones.Unmute()
  seen.muteAfter = await settled(() => xapi.Status.Audio.Microphones.Mute.get(), 'Off')
  feedback()
  seen.presets = (await xapi.Command.Camera.Preset.List()).Preset.map((preset) => preset.Name)
  seen.activate = await xapi.Command.Camera.Preset.Activate({ PresetId: 3 })
  seen.pan = await settled(() => xapi.Status.Cameras.Camera[1].Position.Pan.get(), -5200)
  seen.missing = await failure(xapi.Command.Camera.Preset.Activate({ PresetId: 33 }))
  seen.range = await failure(xapi.Command.Camera.Preset.Activate({ PresetId: 99 }))
  seen.unknown = await failure(xapi.Command.Nonsense())
  seen.call = (await xapi.Status.Call.get())[0]
  seen.set = await xapi.Config.SystemUnit.Name.set('Hội trường lớn')
  seen.name = await settled(() => xapi.Config.SystemUnit.Name.get(), 'Hội trường lớn')
  const calls = xapi.Status.Call.on((value) => seen.ghosts.push(value))
  await calls.registration
  await xapi.Command.Call.Disconnect({ CallId: Number(seen.call.id) })
  await settled(async () => seen.ghosts.some((value) => value.ghost === 'True'), true)
}

xapi.on('error', (error) => {
  console.log(JSON.stringify({ error: String(error.message || error) }))
  process.exit(1)
})
xapi.on('ready', () => {
  story()
    .catch((error) => { seen.error = error.message || String(error) })
    .then(() => {
      console.log(JSON.stringify(seen))
      xapi.close()
      process.exit(0)
    })
})
