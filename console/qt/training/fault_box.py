"""Any fault of the pretend province: its kind, whom it is to befall, and its parameters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QPushButton, QSizePolicy, QVBoxLayout

from console.qt.looks.inspector import Said
from console.qt.panels.desk import Desk
from console.qt.panels.inspector_text import ToneText
from console.qt.training.faults import Kind, kind_about, kind_name, scope_name
from console.qt.training.form import FaultForm
from console.qt.training.targets import Target, targets
from console.qt.wording import say, wording

FLEXIBLE = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)


class FaultBox(QFrame):
    """The choices and their button. Signals: `fired` (what is to be sent), `nobody` (there is no
    one whom it could befall)."""

    fired = Signal(object)
    nobody = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.kinds: tuple[Kind, ...] = ()
        self.offered: tuple[Target, ...] = ()
        """Whom the chosen kind of trouble may befall."""
        self._offered_for: tuple[object, ...] = ()
        self.setProperty("role", "panel")
        self.kind, self.target = QComboBox(), QComboBox()
        for combo in (self.kind, self.target):
            combo.setMaxVisibleItems(24)
            combo.setSizePolicy(FLEXIBLE)
        self.about = ToneText(desk.theme, 12, lines=3)
        self.form = FaultForm(())
        self.button = QPushButton()
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self.button.clicked.connect(lambda _: self.fire())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        for widget in (self.kind, self.about, self.target):
            rows.addWidget(widget)
        self._form_place = QVBoxLayout()
        self._form_place.addWidget(self.form)
        rows.addLayout(self._form_place)
        rows.addWidget(self.button)

    def show_kinds(self, kinds: tuple[Kind, ...]) -> None:
        """Offer these."""
        if kinds != self.kinds:
            self.kinds = kinds
            self.retell()

    def retell(self) -> None:
        """Say everything anew; what is chosen stays so."""
        self.button.setText(say("training.fire"))
        self.kind.setAccessibleName(say("training.kind"))
        self.target.setAccessibleName(say("training.whom"))
        at = self.kind.currentIndex()
        self.kind.blockSignals(True)
        self.kind.clear()
        for kind in self.kinds:
            self.kind.addItem(f"{scope_name(kind.scope)}: {kind_name(kind.kind)}")
        self.kind.setCurrentIndex(max(0, at) if self.kinds else -1)
        self.kind.blockSignals(False)
        self._show_kind()

    def _show_kind(self) -> None:
        kind = self._chosen()
        form = FaultForm(kind.parameters if kind else ())
        self._form_place.replaceWidget(self.form, form)
        self.form.hide()
        self.form.deleteLater()
        self.form = form
        self.follow()

    def follow(self) -> None:
        """Name again whom it may befall: the selection moved."""
        kind = self._chosen()
        state, selection = self._desk.state, self._desk.actions.selection
        depends = (
            kind, selection, state.podium, state.session.next, wording.language, state.roster,
            len(state.endpoints), len(state.devices),
        )  # fmt: skip
        if depends == self._offered_for:
            return
        self._offered_for = depends
        offered = targets(kind, state, selection) if kind else ()
        if offered != self.offered:
            kept = self.target.currentIndex()
            key = self.offered[kept].key if 0 <= kept < len(self.offered) else ""
            self.offered = offered
            self.target.clear()
            self.target.addItems([target.text for target in offered])
            at = next((n for n, target in enumerate(offered) if target.key == key), 0)
            self.target.setCurrentIndex(at if offered else -1)
        self.target.setVisible(bool(offered) or kind is None)
        self.button.setEnabled(bool(offered))
        if kind is not None:
            about = kind_about(kind) if offered else say("training.no_such_device")
            self.about.say(Said(about, "muted" if offered else "warn"))

    def choose(self, kind: str, target: str = "") -> None:
        """Choose a kind of trouble and whom it is to befall, by the province's own words."""
        self.kind.setCurrentIndex([each.kind for each in self.kinds].index(kind))
        ids = [each.id for each in self.offered]
        if target in ids:
            self.target.setCurrentIndex(ids.index(target))

    def _chosen(self) -> Kind | None:
        at = self.kind.currentIndex()
        return self.kinds[at] if 0 <= at < len(self.kinds) else None

    def fire(self) -> None:
        """Cause what is chosen."""
        kind = self._chosen()
        if kind is None:
            return
        at = self.target.currentIndex()
        target = self.offered[at].id if 0 <= at < len(self.offered) else ""
        if target:
            self.fired.emit({"kind": kind.kind, "target": target, **self.form.values()})
        else:
            self.nobody.emit()
