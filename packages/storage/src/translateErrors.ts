import { PassThrough, pipeline, type Readable } from "node:stream";

const isPrematureClose = (error: Error) => "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";

/** The same bytes, failing with what `translate` makes of the source's failure. Destroyed, it destroys its source. */
export const translateErrors = (source: Readable, translate: (error: Error) => Error): Readable => {
  const isOfSource = (error: Error) => error === source.errored || isPrematureClose(error);
  const through = new PassThrough({
    destroy: (error, done) => done(error && isOfSource(error) ? translate(error) : error),
  });
  pipeline(source, through, () => {});
  return through;
};
