"""What a drill found: figures held against bounds, and plain facts."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Check:
    text: str
    passed: bool
    seconds: float | None = None  # the figure, where there is one
    low: float = 0.0
    high: float = 0.0

    @property
    def margin(self):
        """What was left to the upper bound, in seconds; None for a plain fact."""
        return None if self.seconds is None else self.high - self.seconds

    def __str__(self):
        if self.seconds is None:
            return self.text
        return f"{self.text}: {self.seconds:.3f} s (bounds {self.low:.3f} .. {self.high:.3f} s)"


@dataclasses.dataclass
class Result:
    drill: str
    kinds: tuple  # the daemons of lb1 and lb2
    blackout: float = 0.0
    lost: int = 0  # requests in a row
    checks: list = dataclasses.field(default_factory=list)
    figures: dict = dataclasses.field(default_factory=dict)  # seconds, by name, for tests that compare runs
    widest_step: float = 0.0  # between two requests of the client: how late this machine was

    def bound(self, text, seconds, low, high):
        """Holds a figure against its bounds; a missing one (None) fails."""
        if seconds is None:
            self.checks.append(Check(f"{text}: did not happen", False))
        else:
            self.checks.append(Check(text, low <= seconds <= high, seconds, low, high))

    def fact(self, text, holds):
        self.checks.append(Check(text, bool(holds)))

    @property
    def passed(self):
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def margin(self):
        """The smallest margin of its figures."""
        margins = [check.margin for check in self.checks if check.margin is not None]
        return min(margins) if margins else None

    def failures(self):
        return [str(check) for check in self.checks if not check.passed]
