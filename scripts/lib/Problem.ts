/** What a check found wrong: a path below the root, a line from 1 (0: the whole file), and what to do about it. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Prints the problems by place and ends the process's work with 1 if there are any; `subject` says what was looked at. */
export const report = (subject: string, problems: ReadonlyArray<Problem>): void => {
  const place = (problem: Problem) => (problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file);
  const lines = problems.map((problem) => `${place(problem)}  ${problem.message}`);
  for (const line of [...new Set(lines)].toSorted()) console.log(line);
  console.log(
    problems.length === 0 ? `${subject}: no problems` : `${subject}: ${new Set(lines).size} problems`,
  );
  if (problems.length > 0) process.exitCode = 1;
};
