/** Asked while indexing, after it, and of the vectors: words, names, and what somebody wants to know. */
export const questions: readonly string[] = [
  'parse json with comments',
  'where is the configuration file read',
  'debounce a function',
  'http request retry with backoff',
  'createProgram',
  'walk the syntax tree and report unused variables',
  'convert a buffer to a base64 string',
  'how are errors handled when the type of a value is not a string',
  'escape html',
  'readFileSync',
];
