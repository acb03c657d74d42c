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
      const key = variable === 'AWS_ACCESS_KEY_ID' ? awsCredentials(environment) : environment[variable];
      if (key !== undefined && key.trim() !== '') return { variable, key };
    }
    return undefined;
  };
}

/** Of AWS, what belongs together stands in several variables. */
function awsCredentials(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const {
    AWS_ACCESS_KEY_ID: id = '',
    AWS_SECRET_ACCESS_KEY: secret = '',
    AWS_SESSION_TOKEN: session = '',
  } = environment;
  if (id === '' || secret === '') return undefined;
  return session === '' ? `${id}:${secret}` : `${id}:${secret}:${session}`;
}
