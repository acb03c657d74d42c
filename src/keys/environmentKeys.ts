/** A key that stands in an environment variable. */
export interface EnvironmentKey {
  readonly variable: string;
  readonly key: string;
}

/**
 * Looks a provider's key up in the environment; undefined where no variable holds one. `variablesOf`
 * names a provider's variables, the one that wins first.
 */
export function environmentKeys(
  environment: Readonly<Record<string, string | undefined>>,
  variablesOf: (provider: string) => readonly string[],
): (provider: string) => EnvironmentKey | undefined {
  return (provider) => {
    for (const variable of variablesOf(provider)) {
      const key = environment[variable];
      if (key !== undefined && key.trim() !== '') return { variable, key };
    }
    return undefined;
  };
}
