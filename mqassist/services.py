"""The bundle that the command line and the window are built on. Made once; nobody fetches anything from globals."""

from __future__ import annotations

from collections.abc import Sequence

from mqassist.core.capability import Capability
from mqassist.core.errors import ResourceError
from mqassist.core.facts import Facts
from mqassist.core.observation import Observation
from mqassist.core.record import record
from mqassist.core.report import ReadLogs
from mqassist.diagnosis.causes import Cause, load_causes
from mqassist.diagnosis.wording import CauseWording
from mqassist.knowledge.texts import Language, Texts
from mqassist.run import RunService
from mqassist.steps import load_steps


@record
class Services:
    run: RunService
    causes: tuple[Cause, ...]
    texts: Texts

    @property
    def wording(self) -> CauseWording:
        """The sentences that reports are made of."""
        return CauseWording(self.texts, self.causes)

    def cause(self, cause_id: str) -> Cause | None:
        return next((cause for cause in self.causes if cause.id == cause_id), None)


def build_services(language: Language = "en") -> Services:
    """Raises ResourceError or RuntimeError for a broken installation."""
    causes = load_causes()
    return Services(RunService(load_steps(), causes, _watch_logs, _remark), causes, Texts(language))


def _watch_logs(paths: Sequence[str]) -> ReadLogs:
    from mqassist.logs.findings import LogReader  # only a run with logs pays for it
    from mqassist.logs.formats import load_formats
    from mqassist.logs.phrases import load_phrases

    return LogReader(load_formats(), load_phrases()[0]).watch(paths)


def _remark(facts: Facts) -> Observation | None:
    if "amqp.version" not in facts and "mqtt.broker_version" not in facts:
        return None
    from mqassist.knowledge.versions import observed  # only where a broker told its version

    return observed(facts)


def load_wording(language: Language = "en") -> CauseWording:
    """Sentences only, for what is said before or without a run."""
    return CauseWording(Texts(language), ())


def survey() -> tuple[Capability, ...]:
    """What this installation can and cannot do here. Takes up to some seconds: a keyring may be slow to answer."""
    from mqassist.host.installation import installation_capabilities
    from mqassist.net.capabilities import network_capabilities
    from mqassist.profiles.keyring_backend import keyring_capability

    return (*installation_capabilities(), *network_capabilities(), keyring_capability(), _knowledge())


def _knowledge() -> Capability:
    """An installation without data or probes would find nothing wrong anywhere."""
    try:
        counts = f"{len(load_steps())} / {len(load_causes())}"
    except (ResourceError, RuntimeError) as error:
        return Capability("knowledge", "missing", str(error), essential=True)
    return Capability("knowledge", "available", counts, essential=True)
