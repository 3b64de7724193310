"""The bundle that the command line and the window are built on. Made once; nobody fetches anything from globals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from mqassist.core.cancel import CancelToken
from mqassist.core.capability import Capability
from mqassist.core.errors import ResourceError, UserError
from mqassist.core.facts import Facts
from mqassist.core.observation import Observation
from mqassist.core.record import changed, fresh, record
from mqassist.core.report import ReadLogs, Report
from mqassist.core.secret import Credentials, Secret
from mqassist.diagnosis.causes import Cause, load_causes
from mqassist.diagnosis.wording import CauseWording
from mqassist.knowledge.texts import Language, Texts
from mqassist.run import RunService
from mqassist.steps import load_steps

if TYPE_CHECKING:
    from mqassist.core.cancel import CancelToken
    from mqassist.core.catalogue import CatalogueEntry
    from mqassist.core.comparison import Comparison
    from mqassist.core.endpoint import Endpoint
    from mqassist.core.explained import Explanation
    from mqassist.core.glance import Glance
    from mqassist.core.local import FoundHere
    from mqassist.core.overheard import Line, Mistake, Overheard
    from mqassist.core.practice import Card, Played
    from mqassist.core.release import Newest
    from mqassist.core.runs import KeptRun
    from mqassist.core.settings import CheckSettings
    from mqassist.core.snippet import Snippet
    from mqassist.core.tuning import Advised, Workload
    from mqassist.explain.engine import Explainer
    from mqassist.history.keep import Keeper as Keeper
    from mqassist.history.store import History
    from mqassist.lab.relay import Relay as Relay
    from mqassist.lab.stage import Lab as Lab
    from mqassist.lab.stage import RunningScenario as RunningScenario
    from mqassist.logs.document import LogDocument as LogDocument
    from mqassist.logs.follow import Follower as Follower
    from mqassist.logs.service import LogService
    from mqassist.logs.together import Together as Together
    from mqassist.logs.together import TogetherFollower as TogetherFollower
    from mqassist.logs.views import View as View
    from mqassist.net.ahead import Ahead as Ahead
    from mqassist.profiles.saved import SavedProfiles
    from mqassist.report.catalogue import CausePage
    from mqassist.report.explanation import PresentedExplanation
    from mqassist.report.presented import Presented


@record
class Services:
    run: RunService
    causes: tuple[Cause, ...]
    texts: Texts
    shared: dict[str, SavedProfiles] = fresh(default_factory=dict)
    """What lives as long as the program and is made on first use; a change of the language keeps it."""
    rooms: dict[str, Lab] = fresh(default_factory=dict)
    """As `shared`: the practice lab, under its name."""
    explainers: dict[str, Explainer] = fresh(default_factory=dict)
    """As `shared`: made by the first text that is explained."""

    @property
    def profiles(self) -> SavedProfiles:
        """What is saved for this user. Raises UserError where there is no home."""
        from mqassist.core.places import data_folder

        folder = data_folder()
        if folder not in self.shared:
            from mqassist.profiles.saved import open_saved

            self.shared[folder] = open_saved(folder)
        return self.shared[folder]

    @property
    def lab(self) -> Lab:
        """The practice lab: `start(name)` plays a scenario on loopback until its `stop()`."""
        if "lab" not in self.rooms:
            from mqassist.lab.stage import Lab

            self.rooms.setdefault("lab", Lab())
        return self.rooms["lab"]

    def relay(
        self, broker: Endpoint, line: Line, *, port: int = 0, ca: str | None = None, verify: bool = True
    ) -> Relay:
        """Stands between a program and that broker until its `stop()`. Raises UserError."""
        from mqassist.lab.relay import Relay

        relay = Relay(self.lab, broker, line, port=port, ca=ca, verify=verify)
        relay.start()
        return relay

    def overheard(self, heard: Overheard, broker: Endpoint) -> tuple[Mistake, ...]:
        """What is wrong with the handshake of a program that was listened to, worst first."""
        from mqassist.overheard import mistakes

        return mistakes(heard, broker, self.causes, self.wording)

    def practice_cards(self) -> tuple[Card, ...]:
        """All scenarios, told in this language. Raises ResourceError."""
        from mqassist.lab.scenario import cards

        return cards(self.lab.scenarios, self.texts.language)

    def played(self, name: str, report: Report) -> Played:
        """How a check of that scenario came out. Raises UserError for an unknown name."""
        from mqassist.lab.outcome import compare

        return compare(self.lab.scenario(name), report)

    def play(self, name: str, token: CancelToken | None = None) -> Played:
        """Plays one scenario, checks it and ends it. Raises UserError."""
        from mqassist.core.target import parse_target
        from mqassist.lab.outcome import compare

        if token is not None:
            token.check()
        running = self.lab.start(name)
        try:
            report = self.run.check(parse_target(running.target), running.settings, token=token)
        finally:
            running.stop()
        return compare(running.scenario, report)

    @property
    def wording(self) -> CauseWording:
        """The sentences that reports are made of."""
        return CauseWording(self.texts, self.causes)

    @property
    def logs(self) -> LogService:
        """Opens, searches, follows and explains brokers' logs."""
        from mqassist.logs.service import LogService  # only who reads logs pays for it

        return LogService()

    def explain(self, text: str, token: CancelToken | None = None) -> Explanation:
        """What a pasted text says. Raises Cancelled if the token is; the first call takes longer than the others."""
        return self._explainer().explain(text, token)

    def explain_bytes(self, data: bytes, token: CancelToken | None = None) -> Explanation:
        """As `explain`, for the content of a file in any of the usual encodings."""
        return self._explainer().explain_bytes(data, token)

    def _explainer(self) -> Explainer:
        if "explainer" not in self.explainers:
            from mqassist.explain.engine import Explainer
            from mqassist.explain.sayings import load_lore

            self.explainers.setdefault("explainer", Explainer(self.causes, load_lore()))
        return self.explainers["explainer"]

    def catalogue(self) -> tuple[CatalogueEntry, ...]:
        """Every cause, titled in this language and searchable in all. Takes some tenths of a second."""
        from mqassist.knowledge.texts import LANGUAGES
        from mqassist.report.catalogue import entries

        others = [CauseWording(Texts(name), self.causes) for name in LANGUAGES if name != self.texts.language]
        return entries(((cause.id, cause.severity, cause.who) for cause in self.causes), self.wording, others)

    def cause_page(self, cause_id: str) -> CausePage | None:
        """What is known of one cause, without a run; None for an id that is not there."""
        from mqassist.report.catalogue import CausePage
        from mqassist.report.explanation import general_advice

        cause, advice = self.cause(cause_id), general_advice(cause_id, self.wording)
        if cause is None or advice is None:
            return None
        look_alikes, log_lines = self._explainer().known_of(cause_id)
        return CausePage(advice, cause.severity, cause.explains, look_alikes, log_lines, cause.source)

    def present_explanation(self, explained: Explanation) -> PresentedExplanation:
        """Every sentence of it in this language."""
        from mqassist.report.explanation import present_explanation

        named = {candidate.cause for candidate in explained.candidates}
        absent = {
            cause.id: frozenset(fix.if_known for fix in cause.fixes if fix.if_known)
            for cause in self.causes
            if cause.id in named
        }
        return present_explanation(explained, self.wording, absent)

    def client_lines(self, url: str, settings: CheckSettings, facts: Facts) -> tuple[Snippet, ...]:
        """How common clients connect to that address, with what a run found wrong put right. No password in them."""
        from mqassist.profiles.client_lines import client_lines

        return client_lines(url, settings, facts)

    def advice(
        self,
        url: str,
        settings: CheckSettings,
        runs: Sequence[Facts],
        workload: Workload,
        hosts: tuple[str, ...] = (),
    ) -> Advised | None:
        """Client settings that fit what these runs found, one for each host, and the lines to paste. `hosts` are
        those beside the one of `url`. None for an address that cannot be read."""
        from mqassist.advisor.advise import advise, worst_of
        from mqassist.core.target import parse_target
        from mqassist.profiles.client_lines import tuned_lines

        endpoint = parse_target(url).endpoint
        if endpoint is None:
            return None
        facts = worst_of(runs)
        advised = advise(endpoint, facts, settings, workload, hosts)
        return changed(advised, snippets=tuned_lines(url, settings, facts, advised.tuning, hosts))

    def cause(self, cause_id: str) -> Cause | None:
        return next((cause for cause in self.causes if cause.id == cause_id), None)

    @property
    def history(self) -> History:
        """The runs kept for this user. Raises UserError where there is no home."""
        from mqassist.core.places import data_folder
        from mqassist.history.store import History

        return History(f"{data_folder()}/history")

    def keep(
        self,
        report: Report,
        credentials: Credentials,
        profile: str = "",
        told: Presented | None = None,
    ) -> KeptRun | None:
        """Puts a run into the history, without its secrets; None if the person keeps none. Raises UserError.

        `told`: as JSON tells it, if that is made already.
        """
        from mqassist.history.keep import keep

        return keep(self.history, report, self.wording, credentials, self.texts.vocabulary, profile, told)

    def keeper(self) -> Keeper:
        """Keeps many runs that end together. Raises UserError where there is no home."""
        from mqassist.history.keep import Keeper

        return Keeper(self.history)

    def kept(self, run_id: str) -> Presented:
        """A kept run as it was told, titles of steps in this language. Raises UserError."""
        from mqassist.report.read import read_document

        return read_document(self.history.document(run_id), self.wording, run_id)

    def seen(self, causes: Collection[str]) -> tuple[KeptRun, ...]:
        """Kept runs with one of these causes, newest first; none where the history cannot be read."""
        try:
            runs = self.history.runs().runs
        except UserError:
            return ()
        return tuple(run for run in runs if run.cause in causes)

    def read_reports(self, path: str) -> tuple[tuple[KeptRun, Presented], ...]:
        """The reports of a JSON file that somebody sent, each with its line for a list. Raises UserError."""
        from mqassist.history.keep import head_of_report
        from mqassist.report.read import read_file

        return tuple((head_of_report(told), told) for told in read_file(path, self.wording))

    def save_kept(self, run_id: str, path: str) -> None:
        """A kept run as the report in JSON that others can open. Raises UserError."""
        from mqassist.history.keep import save

        save(self.history.document(run_id), path)

    def compare(self, before: Presented, after: Presented) -> Comparison:
        from mqassist.history.compare import compare

        return compare(before, after)


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


def selftest_of(services: Services) -> tuple[Capability, ...]:
    """Proves on loopback that what is installed works. Takes some seconds."""
    from mqassist.selftest import prove

    return prove(services.run)


def match_lines() -> int:
    """This process as the one that tries a regular expression: it may take for ever, and is then ended."""
    from mqassist.logs.pattern_process import main

    return main()


def survey() -> tuple[Capability, ...]:
    """What this installation can and cannot do here. Takes up to some seconds: a keyring may be slow to answer."""
    from mqassist.host.installation import installation_capabilities
    from mqassist.net.capabilities import network_capabilities
    from mqassist.profiles.keyring_backend import keyring_capability

    return (*installation_capabilities(), *network_capabilities(), keyring_capability(), _knowledge())


def keyring() -> Capability:
    """Where passwords would go. Takes up to some seconds; `value` is the backend as its module calls it."""
    from mqassist.profiles.keyring_backend import keyring_capability

    return keyring_capability()


def found_here(token: CancelToken) -> FoundHere:
    """Brokers that listen on this computer and settings files in the current folder. Contacts nothing; takes up to a
    second where many processes run."""
    from mqassist.core.local import FoundHere
    from mqassist.host.listeners import listeners
    from mqassist.host.local_brokers import local_brokers
    from mqassist.profiles.importers.nearby import settings_files

    seen = listeners()
    token.check()
    return FoundHere(local_brokers(seen or ()), settings_files("."), seen is not None)


def _knowledge() -> Capability:
    """An installation without data or probes would find nothing wrong anywhere."""
    try:
        counts = f"{len(load_steps())} / {len(load_causes())}"
    except (ResourceError, RuntimeError) as error:
        return Capability("knowledge", "missing", str(error), essential=True)
    return Capability("knowledge", "available", counts, essential=True)


def in_language(services: Services, language: Language) -> Services:
    """The same bundle with its sentences in another language."""
    return changed(services, texts=Texts(language))


def update_address() -> str:
    """Where this copy asks for a newer version if the person wants it to; "" where who distributes it named none."""
    from os.path import join

    from mqassist.knowledge.files import read_toml, resources_folder

    return str(read_toml(join(resources_folder(), "updates.toml")).get("address", ""))


def newest_version(address: str, token: CancelToken) -> Newest:
    """One request over the network, some seconds at most. Only for who has switched it on."""
    from mqassist.net.releases import newest

    return newest(address, token)


def look_at_tls(ca: str, cert: str, key: str, passphrase: Secret | None = None) -> tuple[Glance, ...]:
    """What the chosen TLS files hold and whether they fit; one for each that is not empty. Reads files."""
    from mqassist.net.tls_glance import glance

    return glance(ca, cert, key, passphrase)
