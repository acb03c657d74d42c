/** The command line that runs npm: the very npm that runs this task, where it is one that says so. */
export function npmCommand(...parameters: string[]): string[] {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') === true ? [process.execPath, script, ...parameters] : ['npm', ...parameters];
}
