/** What a flag's value is. */
export type FlagType = 'string' | 'int' | 'bool' | 'duration' | 'list' | 'gates';

/** A command line flag of the host. Names, defaults and meaning are those of Flux's controllers where they have it. */
export interface Flag {
  readonly type: FlagType;
  /** As the user would write it. */
  readonly default: string;
  readonly about: string;
  /** Environment variable that gives the default. */
  readonly env?: string;
  /** Accepted so that a Deployment written for Flux starts; why it changes nothing here. */
  readonly noEffect?: string;
  /** Not accepted; why. */
  readonly refused?: string;
}

export type Flags = Readonly<Record<string, Flag>>;
