const WORDS = 20_000;
const MIN_WORDS = 4;
const MAX_WORDS = 20;

const CONSONANTS = "bcdfghjklmnprstvz";
const VOWELS = "aeiou";

/** The word of this rank, 1 being the commonest: pronounceable, and never the same as another. */
export const wordOf = (rank: number): string => {
  let word = "";
  for (let rest = rank; rest > 0; rest = Math.floor(rest / 85)) {
    const syllable = rest % 85;
    word += CONSONANTS.charAt(syllable % 17) + VOWELS.charAt(Math.floor(syllable / 17));
  }
  return `${word}x`;
};

/** Texts whose words are as common as words are: the word of rank n comes a share of 1/n as often as the first (Zipf). */
export class Vocabulary {
  readonly #words = Array.from({ length: WORDS }, (_, i) => wordOf(i + 1));
  readonly #sums: Float64Array;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.#sums = new Float64Array(WORDS);
    let sum = 0;
    for (let i = 0; i < WORDS; i++) this.#sums[i] = sum += 1 / (i + 1);
  }

  /** A message of 4 to 20 words. */
  text(): string {
    const count = MIN_WORDS + Math.floor(this.#random() * (MAX_WORDS - MIN_WORDS + 1));
    const words = [];
    for (let i = 0; i < count; i++) words.push(this.#word());
    return words.join(" ");
  }

  #word(): string {
    const wanted = this.#random() * this.#sums[WORDS - 1]!;
    let [low, high] = [0, WORDS - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#words[low]!;
  }
}
