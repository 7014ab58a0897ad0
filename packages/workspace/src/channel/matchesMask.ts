/** Whether a text is covered by a mask: `*` stands for anything, `?` for one character; case does not matter. */
export const matchesMask = (mask: string, text: string): boolean => {
  const wanted = mask.toLowerCase();
  const given = text.toLowerCase();
  let m = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  // Back to the last star only, so that no mask takes longer than the two lengths multiplied.
  while (t < given.length) {
    if (m < wanted.length && wanted[m] === "*") {
      star = m++;
      resume = t;
    } else if (m < wanted.length && (wanted[m] === "?" || wanted[m] === given[t])) {
      m++;
      t++;
    } else if (star >= 0) {
      m = star + 1;
      t = ++resume;
    } else return false;
  }
  while (wanted[m] === "*") m++;
  return m === wanted.length;
};
