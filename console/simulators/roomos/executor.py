"""Carries out documents and commands on behalf of somebody in a role."""

from __future__ import annotations

from console.simulators.device import Account, Reply
from console.simulators.roomos.actions import ACTIONS
from console.simulators.roomos.actor import Actor, Failed
from console.simulators.roomos.putxml import SyntaxFault, orders, parsed, settings
from console.simulators.roomos.spec import BY_PATH, BadParameter, Command, judged
from console.simulators.roomos.tree import Tree, as_xml
from console.simulators.roomos.view import View

HEAD = '<?xml version="1.0"?>\n'
NO_ACTION = "<ActionError><Reason>No action detected in document</Reason></ActionError>"
SETTINGS = ("SystemUnit/Name", "UserInterface/CustomMessage")


class Executor:
    """One device's judgement of what it is told to do."""

    def __init__(self, view: View, actor: Actor) -> None:
        self._view, self._actor = view, actor

    def document(self, body: bytes, account: Account) -> Reply:
        """Carry out a document: its commands in their order, or its settings."""
        try:
            root = parsed(body)
        except SyntaxFault as problem:
            return Reply(400, f"XML syntax error: {problem}".encode(), "text/plain")
        match root.name:
            case "Command":
                found = orders(root)
                results = [
                    self._result(BY_PATH[order.path.casefold()], order.given, account)
                    if order.known
                    else NO_ACTION
                    for order in found
                ]
                return xml(f"<Command>{''.join(results) or NO_ACTION}</Command>")
            case "Configuration":
                return xml(
                    f"<Configuration>{self._configure(settings(root), account)}</Configuration>"
                )
            case _:
                return xml(f"<Command>{NO_ACTION}</Command>")

    def _result(self, command: Command, given: dict[str, list[str]], account: Account) -> str:
        """Carry out one command; its result as markup."""
        try:
            payload = self.perform(command, given, account)
        except BadParameter as problem:
            inner = as_xml({"Reason": str(problem)})
            return f'<{command.result} status="ParameterError">{inner}</{command.result}>'
        except PermissionError:
            inner = as_xml({"Reason": "Permission denied"})
            return f'<{command.result} status="Error">{inner}</{command.result}>'
        except Failed as problem:
            reason = {"Reason": problem.reason}
            if problem.cause is not None:
                inner = as_xml({"Cause": problem.cause, "Description": problem.reason})
            else:
                inner = as_xml(reason)
            return f'<{command.result} status="Error">{inner}</{command.result}>'
        inner = as_xml(payload)
        if not inner:
            return f'<{command.result} status="OK"/>'
        return f'<{command.result} status="OK">{inner}</{command.result}>'

    def perform(self, command: Command, given: dict[str, list[str]], account: Account) -> Tree:
        """Carry out one command for somebody.

        Raises:
            PermissionError: the role may not.
            BadParameter: a parameter is wrong.
            Failed: it cannot be done.
        """
        if account.role not in command.roles:
            raise PermissionError(command.path)
        values = judged(command, given)
        older = self._view.firmware.camera_id_needed
        if older and command.path == "Camera PositionSet" and "CameraId" not in values:
            raise BadParameter("Missing parameter: CameraId")
        return ACTIONS[command.path](self._actor, values) or {}

    def _configure(self, wanted_settings: dict[str, str], account: Account) -> str:
        """Set what is known; only an administrator may."""
        if account.role != "Admin" or not set(wanted_settings) <= set(SETTINGS):
            denied = account.role != "Admin"
            reason = "Permission denied" if denied else "No match on address expression"
            return f"<Error>{as_xml({'Reason': reason})}</Error>"
        for path, value in wanted_settings.items():
            self.configure(path, value)
        return "<Success/>"

    def configure(self, path: str, value: str) -> None:
        """Set one known setting, later."""
        if path == "SystemUnit/Name":
            self._actor.later(lambda: setattr(self._view, "name", value))
        else:
            self._actor.later(lambda: setattr(self._view.room, "custom_message", value))

    def refusal(self, body: bytes, code: str) -> Reply:
        """Answer every command of a document with an error of this reason."""
        try:
            found = orders(parsed(body))
        except SyntaxFault:
            found = []
        reason = as_xml({"Reason": code})
        results = [
            f'<{BY_PATH[order.path.casefold()].result} status="Error">{reason}'
            f"</{BY_PATH[order.path.casefold()].result}>"
            for order in found
            if order.known
        ]
        return xml(f"<Command>{''.join(results) or NO_ACTION}</Command>")


def xml(markup: str) -> Reply:
    """A document as an answer; faults and errors come with 200 as well."""
    return Reply(200, (HEAD + markup).encode())
