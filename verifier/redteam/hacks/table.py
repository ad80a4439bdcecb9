"""The hack corpus, by hand: one line for each file of `programs`. A test compares the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.redteam.hacks import problems, styles
from verifier.redteam.hacks.model import Hack

if TYPE_CHECKING:
    from verifier.redteam.hacks.model import Style


def _hacks(kind: int, tried: tuple[Style, ...], *names: str) -> tuple[Hack, ...]:
    return tuple(Hack(name, kind, tried) for name in names)


def _apart(kind: int, *names: str) -> tuple[Hack, ...]:
    return _hacks(kind, styles.APART, *names)


_CHECKERS = (styles.CHECKER, styles.CHECKER_CPP)
_TALKS = (styles.GUESSING,)

HACKS: tuple[Hack, ...] = (
    *_apart(1, "exits-at-import", "raises-system-exit-in-the-call", "leaves-by-os-exit", "quits"),
    *_apart(1, "is-interrupted", "raises-generator-exit"),
    *_hacks(1, problems.ERRORS, "exits-where-an-error-is-expected"),
    *_hacks(1, problems.CALLBACKS, "raises-to-end-the-loop"),
    *_apart(2, "exits-cleanly-at-exit", "swallows-exceptions", "handles-every-signal"),
    *_hacks(2, (styles.STDIO_CPP,), "cpp-raises-every-signal"),
    *_hacks(2, (styles.CPP,), "cpp-forks-its-success"),
    *_hacks(2, (styles.JAVA,), "java-throws-while-loading"),
    *_hacks(2, problems.LEAVING, "suppresses-failures-on-the-way-out"),
    *_apart(3, "leaves-by-libc", "becomes-true", "kills-itself"),
    *_apart(4, "equals-everything", "is-an-int-that-equals-everything", "claims-to-be-an-int"),
    *_apart(4, "has-its-own-array-rules", "is-a-numpy-array-that-equals-everything"),
    *_apart(4, "is-a-proxy-of-whatever-it-meets", "is-a-class-that-equals-everything"),
    *_apart(4, "is-a-float-near-everything", "is-a-text-that-equals-everything"),
    *_apart(4, "is-the-any-of-the-mock-library", "mocks-the-answer", "answers-otherwise-each-time"),
    *_apart(4, "is-a-class-under-test", "tells-small-changes-apart", "learns-from-what-it-is-compared-with"),
    *_apart(4, "is-a-callable-that-answers-for-itself", "is-an-exception-that-is-returned"),
    *_apart(4, "returns-what-the-standard-library-has"),
    *_hacks(4, problems.RELATED, "equals-only-its-like", "borrows-methods-of-the-answer"),
    *_hacks(4, problems.EQUALITY, "equals-its-own-kind", "equals-by-turns", "returns-one-object-for-all"),
    *_hacks(4, problems.OBJECTS, "reads-differently-each-time", "has-every-attribute"),
    *_hacks(4, problems.OBJECTS, "contains-everything", "has-methods-that-say-yes"),
    *_hacks(4, problems.ERRORS, "raises-an-error-that-equals-everything", "raises-an-error-whose-text-lies"),
    *_hacks(4, problems.ERRORS, "raises-every-error-at-once", "raises-a-failed-assertion"),
    *_hacks(4, problems.CALLBACKS, "fills-lists-with-what-equals-everything", "hands-its-callback-to-itself"),
    *_apart(5, "reduces-to-code", "has-a-hostile-length", "contains-itself", "is-nested-too-deeply"),
    *_apart(5, "is-an-endless-number", "changes-while-it-is-written"),
    *_apart(5, "has-a-hostile-metaclass", "changes-its-answer-by-a-timer"),
    *_hacks(5, problems.APART_VALUES, "shows-itself-as-the-answer"),
    *_hacks(5, problems.CALLBACKS, "yields-without-end"),
    *_apart(6, "patches-builtins", "patches-modules", "patches-the-driver"),
    *_apart(6, "patches-at-the-time-of-the-call", "wraps-the-streams", "replaces-the-modules"),
    *_apart(6, "makes-numbers-equal"),
    *_hacks(6, problems.CALLBACKS, "changes-lists-after-it-returned"),
    *_apart(7, "walks-the-frames", "collects-the-garbage", "traces-its-callers"),
    *_apart(7, "searches-its-own-memory", "monitors-every-event"),
    *_hacks(7, (styles.PYTHON,), "python-reads-its-own-source"),
    *_hacks(7, problems.CALLBACKS, "looks-behind-callbacks"),
    *_apart(8, "reads-the-file-system", "reads-other-processes", "reads-the-parent-memory"),
    *_apart(8, "reads-its-environment", "reads-what-interpreters-cache"),
    *_apart(9, "reads-ahead-on-every-descriptor", "looks-for-the-other-inputs"),
    *_apart(10, "remembers-between-tests", "remembers-in-shared-memory", "remembers-in-the-module"),
    *_apart(11, "prints-that-all-passed", "forges-the-report"),
    *_apart(11, "rewrites-its-input", "rewinds-its-outputs"),
    *_apart(12, "writes-to-every-descriptor", "closes-every-descriptor", "speaks-for-the-test"),
    *_apart(12, "speaks-through-its-init"),
    *_apart(13, "skips-the-tests", "plants-a-conftest", "patches-pytest", "ends-pytest-from-within"),
    *_apart(13, "replaces-its-own-module", "wears-marks-of-pytest", "fails-as-if-it-were-expected"),
    *_hacks(13, (styles.PYTEST_STAR,), "brings-pytest-hooks", "brings-its-own-fixtures"),
    *_apart(14, "drops-asserts", "starts-itself-again-without-asserts", "compiles-asserts-away"),
    *_apart(15, "redefines-the-tests", "brings-its-own-tools"),
    *_hacks(15, problems.BARE_NAMES, "brings-its-own-isclose"),
    *_hacks(15, problems.ERRORS, "defines-the-expected-error-as-anything"),
    *_apart(16, "returns-not-a-number", "returns-something-truthy", "returns-every-number"),
    *_apart(16, "prints-nothing", "returns-a-huge-number", "returns-its-text"),
    *_hacks(16, styles.COMPARED, "prints-what-is-longer", "prints-a-list-of-guesses", "prints-infinity"),
    *_hacks(16, styles.COMPARED, "prints-no-number", "prints-a-nearby-number", "prints-odd-spellings"),
    *_hacks(16, styles.COMPARED, "returns-one-and-true", "returns-sets-and-orders"),
    *_hacks(17, _CHECKERS, "crashes-the-checker", "keeps-the-checker-busy", "fills-the-checkers-memory"),
    *_hacks(17, _CHECKERS, "plants-files-for-the-checker", "speaks-for-the-checker"),
    *_hacks(17, _CHECKERS, "answers-with-digits-without-end", "leaves-a-process-for-the-checker"),
    *_hacks(17, _CHECKERS, "prints-a-program-for-the-checker"),
    *_hacks(17, _CHECKERS, "ends-as-a-checker-would", "names-the-answer-file"),
    *_hacks(18, _TALKS, "answers-with-every-number", "answers-before-it-is-asked", "asks-more-than-it-may"),
    *_hacks(18, _TALKS, "asks-everything-in-one-breath", "leaves-the-conversation", "hangs-up-and-waits"),
    *_hacks(18, _TALKS, "says-nothing-for-ever", "floods-the-interactor", "speaks-for-the-interactor"),
    *_hacks(18, _TALKS, "says-what-breaks-the-interactor", "looks-for-the-interactors-files"),
    *_hacks(18, _TALKS, "echoes-what-it-hears", "times-the-interactor", "sends-half-a-line"),
    *_apart(19, "leaves-a-daemon", "steals-the-next-input", "leaves-a-child-that-holds-its-outputs"),
    *_apart(20, "hangs", "eats-memory", "burns-in-its-children", "forks-without-end", "writes-without-end"),
    *_apart(21, "sleeps-for-ever", "stops-itself", "waits-for-its-own-lock"),
    *_apart(22, "kills-everybody", "ends-like-a-broken-jail", "dies-like-the-killed", "fills-every-disk"),
    *_apart(23, "detects-the-judge", "behaves-where-it-is-watched"),
    *_apart(24, "writes-control-characters", "returns-lone-surrogates", "names-its-error-with-escapes"),
    *_apart(25, "is-no-utf-8", "compiles-for-ever"),
    *_hacks(25, (styles.STDIO_CPP,), "cpp-includes-what-never-ends", "cpp-embeds-system-files"),
    *_hacks(25, (styles.STDIO_CPP,), "cpp-prints-before-main", "cpp-evaluates-without-end"),
    *_hacks(25, (styles.STDIO_CPP,), "cpp-lies-about-its-lines"),
    *_hacks(25, (styles.STDIO_JAVA,), "java-names-its-class-like-a-path", "java-exits-in-a-static-block"),
    *_apart(26, "asks-the-network", "asks-through-other-families"),
    *_apart(27, "knows-the-examples", "knows-the-first-test"),
    *_apart(28, "plants-links", "mounts-and-traces", "hard-links-the-system"),
    *_apart(29, "injects-into-a-shell", "is-a-file-with-a-command-for-a-name"),
    *_hacks(1, (styles.STDIO_JAVASCRIPT,), "javascript-leaves-at-once"),
    *_hacks(6, (styles.STDIO_JAVASCRIPT,), "javascript-changes-its-prototypes"),
    *_hacks(1, (styles.CPP,), "cpp-exits-in-the-function"),
    *_hacks(2, (styles.CPP,), "cpp-terminates-quietly"),
    *_hacks(4, (styles.CPP,), "cpp-equals-everything"),
    *_hacks(25, (styles.CPP,), "cpp-constructor-exits", "cpp-macro-rewrites-the-test"),
    *_hacks(25, (styles.CPP,), "cpp-reads-system-files", "cpp-compiles-for-ever"),
    *_hacks(1, (styles.JAVA,), "java-halts"),
    *_hacks(2, (styles.JAVA,), "java-swallows-what-is-thrown"),
    *_hacks(1, (styles.JAVASCRIPT,), "javascript-exits"),
    *_hacks(2, (styles.JAVASCRIPT,), "javascript-handles-what-is-thrown"),
    *_hacks(1, (styles.PHP,), "php-exits", "php-turns-the-test-into-text"),
    *_hacks(1, (styles.PYTHON,), "python-exits"),
    *_hacks(2, (styles.PYTHON,), "python-hooks-what-is-raised"),
    *_hacks(4, (styles.PYTHON,), "python-equals-everything", "python-returns-nothing"),
    *_hacks(4, (styles.RUBY,), "ruby-redefines-equality"),
    *_hacks(1, (styles.RUBY,), "ruby-ends-the-source"),
    *_hacks(2, (styles.RUBY,), "ruby-exits-at-exit"),
)

PAYING = frozenset(
    {
        "cpp-constructor-exits",
        "cpp-equals-everything",
        "cpp-exits-in-the-function",
        "cpp-macro-rewrites-the-test",
        "cpp-terminates-quietly",
        "java-halts",
        "java-swallows-what-is-thrown",
        "javascript-exits",
        "javascript-handles-what-is-thrown",
        "php-exits",
        "php-turns-the-test-into-text",
        "python-equals-everything",
        "python-exits",
        "python-hooks-what-is-raised",
        "ruby-ends-the-source",
        "ruby-exits-at-exit",
        "ruby-redefines-equality",
    }
)
"""Hacks that are known to pay in test programs, where test and candidate share a process. The README names
them, too."""
