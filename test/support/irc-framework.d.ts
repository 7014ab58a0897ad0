declare module "irc-framework" {
  /** The parts of npm's irc-framework that the tests use. */
  export class Client {
    readonly user: { readonly nick: string };
    connect(options: object): void;
    join(channel: string): void;
    say(target: string, text: string): void;
    quit(reason?: string): void;
    on(event: string, listener: (event: never) => void): void;
  }
}
