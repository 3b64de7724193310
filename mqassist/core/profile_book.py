"""All saved profiles in their order, and what can be done to them. Pure: the store writes, the window shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mqassist.core.errors import UserError
from mqassist.core.profile import Profile, new_id
from mqassist.core.record import changed, record

Group = tuple[str, ...]


@record
class Book:
    """`profiles` in the order of the list; `groups` in theirs, empty ones included."""

    profiles: tuple[Profile, ...] = ()
    groups: tuple[Group, ...] = ()

    def by_id(self, profile_id: str) -> Profile | None:
        return next((each for each in self.profiles if each.id == profile_id), None)

    def named(self, name: str) -> Profile | None:
        """Exactly so, else without regard to case where that is one profile only."""
        exact = next((each for each in self.profiles if each.name == name), None)
        if exact is not None:
            return exact
        alike = [each for each in self.profiles if each.name.casefold() == name.casefold()]
        return alike[0] if len(alike) == 1 else None

    def in_group(self, group: Sequence[str]) -> tuple[Profile, ...]:
        """Those of the group and of groups inside it."""
        wanted = tuple(part.casefold() for part in group)
        return tuple(each for each in self.profiles if tuple(p.casefold() for p in each.group[: len(wanted)]) == wanted)

    def all_groups(self) -> tuple[Group, ...]:
        """Every group and every group around it, in order, each once; "" (no group) is not among them."""
        found: dict[Group, None] = {}
        for group in (*self.groups, *(each.group for each in self.profiles)):
            for depth in range(1, len(group) + 1):
                found.setdefault(group[:depth])
        return tuple(found)

    def tags(self) -> tuple[str, ...]:
        return tuple(sorted({tag for each in self.profiles for tag in each.tags}, key=str.casefold))


def saved(book: Book, profile: Profile) -> Book:
    """With the profile new or in its old place. Raises UserError if another has its name, or a newer one is saved."""
    other = next((each for each in book.profiles if each.name == profile.name and each.id != profile.id), None)
    if other is not None:
        raise UserError("profile-name-taken", f"there is a profile {profile.name} already", name=profile.name)
    old = book.by_id(profile.id)
    if old is not None and old.version > profile.version:
        raise UserError("profile-changed-elsewhere", "the profile was changed meanwhile", name=profile.name)
    fresh = changed(profile, version=profile.version + 1)
    if old is None:
        return _grown(changed(book, profiles=(*book.profiles, fresh)))
    kept = tuple(fresh if each.id == fresh.id else each for each in book.profiles)
    return _grown(changed(_grown(book), profiles=kept))


def removed(book: Book, ids: Iterable[str]) -> Book:
    """Without these; their groups stay."""
    gone = set(ids)
    return _grown(changed(_grown(book), profiles=tuple(each for each in book.profiles if each.id not in gone)))


def put_back(book: Book, profile: Profile, index: int) -> Book:
    """A removed profile at its old place, under another name if its own is taken meanwhile."""
    if book.by_id(profile.id) is not None:
        return book
    profile = changed(profile, name=free_name(book, profile.name))
    return _grown(changed(book, profiles=(*book.profiles[:index], profile, *book.profiles[index:])))


def moved(book: Book, profile_id: str, group: Group, before: str = "") -> Book:
    """Into the group, before that profile, at the end of the group without one."""
    profile = book.by_id(profile_id)
    if profile is None or before == profile_id:
        return book
    profile = changed(profile, group=group, version=profile.version + (profile.group != group))
    rest = [each for each in book.profiles if each.id != profile_id]
    at = next((index for index, each in enumerate(rest) if each.id == before), None)
    if at is None:
        last = [index for index, each in enumerate(rest) if each.group == group]
        at = last[-1] + 1 if last else len(rest)
    return _grown(changed(_grown(book), profiles=(*rest[:at], profile, *rest[at:])))


def shifted(book: Book, profile_id: str, steps: int) -> Book:
    """Up (negative) or down among the profiles of its own group; stays at the ends."""
    profile = book.by_id(profile_id)
    if profile is None:
        return book
    kin = [each.id for each in book.profiles if each.group == profile.group]
    at = kin.index(profile_id)
    goal = max(0, min(len(kin) - 1, at + steps))
    if goal == at:
        return book
    kin.insert(goal, kin.pop(at))
    following = kin[goal + 1] if goal + 1 < len(kin) else ""
    return moved(book, profile_id, profile.group, following)


def shifted_group(book: Book, group: Group, steps: int) -> Book:
    """A group up or down among the groups beside it."""
    order = list(book.all_groups())
    kin = [each for each in order if each[:-1] == group[:-1]]
    if group not in kin:
        return book
    at = kin.index(group)
    goal = max(0, min(len(kin) - 1, at + steps))
    kin.insert(goal, kin.pop(at))
    nested = [each for top in kin for each in order if each[: len(top)] == top]
    others = [each for each in order if each[: len(group) - 1] != group[:-1] or len(each) < len(group)]
    return changed(book, groups=(*others, *nested))


def renamed_group(book: Book, old: Group, new: Group) -> Book:
    """The group and all inside it under another path; a group of that path takes them in."""
    if not new or old == new:
        return book

    def path(group: Group) -> Group:
        return new + group[len(old) :] if group[: len(old)] == old else group

    profiles = tuple(
        changed(each, group=path(each.group), version=each.version + 1) if path(each.group) != each.group else each
        for each in book.profiles
    )
    return Book(profiles, tuple(dict.fromkeys(path(group) for group in book.all_groups())))


def without_group(book: Book, group: Group) -> Book:
    """An empty group disappears; profiles in it move to the group around it."""
    profiles = tuple(
        changed(each, group=group[:-1] + each.group[len(group) :], version=each.version + 1)
        if each.group[: len(group)] == group
        else each
        for each in book.profiles
    )
    return Book(profiles, tuple(each for each in book.all_groups() if each[: len(group)] != group))


def with_group(book: Book, group: Group) -> Book:
    return _grown(changed(book, groups=(*book.groups, group)))


def duplicated(book: Book, profile: Profile) -> Profile:
    """A copy under a free name; no secret goes with it, so nothing is said to be stored for it."""
    return changed(profile, id=new_id(), name=free_name(book, profile.name), version=0, stored=())


def free_name(book: Book, name: str) -> str:
    """The name, or with the first number behind it that nobody has."""
    taken = {each.name for each in book.profiles}
    if name not in taken:
        return name
    head, bracket, number = name.rpartition(" (")
    base = head if bracket and number.removesuffix(")").isdigit() else name
    return next(f"{base} ({count})" for count in range(2, len(taken) + 3) if f"{base} ({count})" not in taken)


def found(book: Book, words: str) -> tuple[Profile, ...]:
    """Profiles in which every word occurs: in name, address, group, tags or notes; `tag:x` and `group:x` look there."""
    wanted = words.casefold().split()
    if not wanted:
        return book.profiles
    return tuple(each for each in book.profiles if _has(each, wanted))


def _has(profile: Profile, wanted: Sequence[str]) -> bool:
    text = "\n".join(
        (profile.name, profile.url, *profile.hosts, *profile.group, *profile.tags, profile.notes)
    ).casefold()
    for word in wanted:
        where, colon, rest = word.partition(":")
        if colon and where == "tag":
            if not any(rest in tag.casefold() for tag in profile.tags):
                return False
        elif colon and where == "group":
            if not any(rest in part.casefold() for part in profile.group):
                return False
        elif word not in text:
            return False
    return True


def _grown(book: Book) -> Book:
    """Every group is remembered, so that it stays where it is when its last profile goes."""
    groups = book.all_groups()
    return book if groups == book.groups else changed(book, groups=groups)
