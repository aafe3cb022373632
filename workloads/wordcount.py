"""Counting the words of a text in a dict."""

import _contract

SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "we")


def make_text(count):
    """So many words of two syllables, some of them much more frequent than others."""
    number, words = 1, []
    for _ in range(count):
        number = number * 48271 % 2147483647
        first, second = number % 16, number // 16 % 16
        words.append(SYLLABLES[first * second // 16] + SYLLABLES[second])
    return " ".join(words)


def count_words(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


class Wordcount(_contract.Workload):
    name = "wordcount"
    kind = "cpu"
    shows = "Counting in a dict of one's own: strings and hashing, without anything that is shared."
    parameters = {"words": 2000}
    meanings = {"words": "how many words the text has that a unit counts"}
    loops = 30
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "9a91ea7b"

    def check(self):
        if self.words < 1:
            raise _contract.UsageError("words must be 1 or more, not %d" % self.words)

    def open(self):
        self.text = make_text(self.words)

    def unit(self, index):
        counts = count_words(self.text)
        return [len(counts), max([(count, word) for word, count in counts.items()])]


if __name__ == "__main__":
    _contract.main(Wordcount)
