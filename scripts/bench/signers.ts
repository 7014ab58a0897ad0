// Signs people in: each again and again, as fast as it is answered.
import { answerRequests } from "./answerRequests.ts";
import { HttpConnection, type PostTarget, postRequest } from "./HttpConnection.ts";
import { now } from "./now.ts";

/** How many were let in, and how many were told to come again; how long each of the former waited, in ms. */
export interface SignedIn {
  readonly times: ReadonlyArray<number>;
  readonly refused: number;
}

/** One person for each target, for some seconds. */
const signIn = async (targets: ReadonlyArray<PostTarget>, seconds: number): Promise<SignedIn> => {
  const end = now() + seconds * 1000;
  const times: Array<number> = [];
  let refused = 0;
  const person = async (target: PostTarget) => {
    const request = postRequest(target);
    const connection = await HttpConnection.open(target.host, target.port);
    while (now() < end) {
      const asked = now();
      const { status, text } = await connection.send(request);
      if (status === 200) times.push(now() - asked);
      else if (status === 429) refused++;
      else throw new Error(`answered ${status}: ${text}`);
    }
    connection.close();
  };
  await Promise.all(targets.map(person));
  return { times, refused };
};

answerRequests({ signIn });
