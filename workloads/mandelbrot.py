"""How many points of a picture belong to the Mandelbrot set: floating-point loops that end early."""

import _contract

LEFT, BOTTOM, SIDE = -2.0, -1.25, 2.5  # the square of the plane that is looked at


def stays_near(x, y, turns):
    """Whether z -> z * z + (x + iy), from 0, stays within 2 of it for so many turns."""
    a = b = 0.0
    for _ in range(turns):
        a, b = a * a - b * b + x, 2.0 * a * b + y
        if a * a + b * b > 4.0:
            return False
    return True


def count_points(size, turns):
    step = SIDE / size
    count = 0
    for row in range(size):
        for column in range(size):
            if stays_near(LEFT + step * (column + 0.5), BOTTOM + step * (row + 0.5), turns):
                count += 1
    return count


class Mandelbrot(_contract.Workload):
    name = "mandelbrot"
    kind = "cpu"
    shows = "Floating-point loops in pure Python: whether threads gain, as they can only if two run at once."
    parameters = {"size": 12, "turns": 50}
    meanings = {
        "size": "points along each side of the square that a unit looks at",
        "turns": "after how many turns a point that is still near counts as one of the set",
    }
    loops = 25
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "96bae0c8"

    def check(self):
        if self.size < 1:
            raise _contract.UsageError("size must be 1 or more, not %d" % self.size)
        if self.turns < 1:
            raise _contract.UsageError("turns must be 1 or more, not %d" % self.turns)

    def unit(self, index):
        return count_points(self.size, self.turns)


if __name__ == "__main__":
    _contract.main(Mandelbrot)
