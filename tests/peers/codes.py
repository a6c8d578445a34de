"""Reads `CODE DAY-OF-BIRTH SEX` lines, and prints those of which python-codicefiscale says something else, last first."""

import sys

from codicefiscale import codicefiscale

for number, line in enumerate(reversed(list(sys.stdin))):
    code, born, sex = line.split()
    checks = codicefiscale.encode_cin(code) == code[15]
    # Z999 is a place that no register knows: of those codes only the check character can be judged. The rest of a code is
    # read of every eighth, and of the last ones: it takes a hundredth of a second each.
    if checks and code[11:15] != "Z999" and (number % 8 == 0 or number < 8):
        read = codicefiscale.decode(code)
        # Two digits of the year stand for several centuries.
        day = read["birthdate"].strftime("%y-%m-%d")
        checks = day == born[2:] and read["gender"] == sex
    if not checks:
        print(line.strip())
