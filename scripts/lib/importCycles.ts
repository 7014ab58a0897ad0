/** Files and the files that each imports as it loads. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

interface Visit {
  readonly index: number;
  lowest: number;
  onStack: boolean;
}

/**
 * The sets of files that import each other in a circle (Tarjan's strongly connected components), each as one
 * circle to follow, its first file repeated at the end.
 */
export const importCycles = (graph: ImportGraph): ReadonlyArray<ReadonlyArray<string>> => {
  const visits = new Map<string, Visit>();
  const stack: Array<string> = [];
  const components: Array<ReadonlyArray<string>> = [];

  const enter = (file: string): Visit => {
    const visit: Visit = { index: visits.size, lowest: visits.size, onStack: true };
    visits.set(file, visit);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      const seen = visits.get(next);
      if (seen === undefined) visit.lowest = Math.min(visit.lowest, enter(next).lowest);
      else if (seen.onStack) visit.lowest = Math.min(visit.lowest, seen.index);
    }
    if (visit.lowest === visit.index) components.push(leave(file));
    return visit;
  };

  const leave = (file: string): ReadonlyArray<string> => {
    const component = stack.splice(stack.lastIndexOf(file));
    for (const each of component) (visits.get(each) as Visit).onStack = false;
    return component;
  };

  for (const file of graph.keys()) if (!visits.has(file)) enter(file);
  return components.flatMap((component) => {
    const circle = circleIn(graph, new Set(component));
    return circle === undefined ? [] : [circle];
  });
};

/** The shortest way from the component's first file back to itself. */
const circleIn = (graph: ImportGraph, component: ReadonlySet<string>): ReadonlyArray<string> | undefined => {
  const [start = ""] = [...component].toSorted();
  const ways: Array<ReadonlyArray<string>> = [[start]];
  const reached = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? "") ?? []) {
      if (next === start) return [...way, start];
      if (!component.has(next) || reached.has(next)) continue;
      reached.add(next);
      ways.push([...way, next]);
    }
  }
  return undefined;
};
