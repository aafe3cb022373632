"""The sun and its four large planets, step by step: floating-point arithmetic."""

import _contract

DAYS_A_YEAR = 365.24
SUN = 39.47841760435743  # its mass, 4 pi squared, where a year and the earth's distance are 1
STEP = 0.01  # of a year

# The sun, Jupiter, Saturn, Uranus and Neptune: place, velocity a day, mass over the sun's. They are
# those of the Computer Language Benchmarks Game, whose energies are known.
BODIES = (
    ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0),
    (
        (4.84143144246472090, -1.16032004402742839, -0.103622044471123109),
        (0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023),
        0.000954791938424326609,
    ),
    (
        (8.34336671824457987, 4.12479856412430479, -0.403523417114321381),
        (-0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929),
        0.000285885980666130812,
    ),
    (
        (12.8943695621391310, -15.1111514016986312, -0.223307578892655734),
        (0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556),
        0.0000436624404335156298,
    ),
    (
        (15.3796971148509165, -25.9193146099879641, 0.179258772950371181),
        (0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870),
        0.0000515138902046611451,
    ),
)


def bodies_at_rest():
    """Lists of place, velocity and mass, moving so that all together stay where they are."""
    bodies = []
    for place, daily, share in BODIES:
        bodies.append((list(place), [each * DAYS_A_YEAR for each in daily], share * SUN))
    for axis in range(3):
        drift = sum([velocity[axis] * mass for _, velocity, mass in bodies])
        bodies[0][1][axis] = -drift / SUN
    return bodies


def pairs_of(bodies):
    return [(one, bodies[other]) for number, one in enumerate(bodies) for other in range(number)]


def advance(bodies, steps):
    pairs = pairs_of(bodies)
    for _ in range(steps):
        for (place1, velocity1, mass1), (place2, velocity2, mass2) in pairs:
            dx = place1[0] - place2[0]
            dy = place1[1] - place2[1]
            dz = place1[2] - place2[2]
            pull = STEP * (dx * dx + dy * dy + dz * dz) ** -1.5
            pull1, pull2 = mass2 * pull, mass1 * pull
            velocity1[0] -= dx * pull1
            velocity1[1] -= dy * pull1
            velocity1[2] -= dz * pull1
            velocity2[0] += dx * pull2
            velocity2[1] += dy * pull2
            velocity2[2] += dz * pull2
        for place, velocity, _ in bodies:
            place[0] += STEP * velocity[0]
            place[1] += STEP * velocity[1]
            place[2] += STEP * velocity[2]


def energy(bodies):
    total = 0.0
    for (place1, _, mass1), (place2, _, mass2) in pairs_of(bodies):
        total -= mass1 * mass2 / sum([(place1[axis] - place2[axis]) ** 2 for axis in range(3)]) ** 0.5
    for _, velocity, mass in bodies:
        total += mass * sum([each * each for each in velocity]) / 2
    return total


class Nbody(_contract.Workload):
    name = "nbody"
    kind = "cpu"
    shows = (
        "Floating-point arithmetic in pure Python: whether threads gain, as they can only if two run at once."
    )
    parameters = {"steps": 30}
    meanings = {"steps": "how many steps of a hundredth of a year a unit computes"}
    loops = 40
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "65508690"

    def check(self):
        if self.steps < 0:
            raise _contract.UsageError("steps must be 0 or more, not %d" % self.steps)

    def unit(self, index):
        bodies = bodies_at_rest()
        advance(bodies, self.steps)
        return [energy(bodies), bodies[1][0]]


if __name__ == "__main__":
    _contract.main(Nbody)
