interface Request {
  readonly id: number;
  readonly method: string;
  readonly args: ReadonlyArray<unknown>;
}

type Methods = Readonly<Record<string, (...args: Array<never>) => unknown>>;

/** The inside of a `Program`: calls a method for each request and answers with what it gives; ends with its starter. */
export const answerRequests = (methods: Methods): void => {
  const carryOut = async ({ method, args }: Request): Promise<{ value?: unknown; error?: string }> => {
    try {
      const call = methods[method];
      if (!call) throw new Error("there is no such method");
      return { value: await call(...(args as Array<never>)) };
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on("message", (request: Request) => {
    void carryOut(request).then((reply) => process.connected && process.send!({ id: request.id, ...reply }));
  });
  process.on("disconnect", () => process.exit(0));
};
