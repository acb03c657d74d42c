/** Keywords of many languages, and types that no file of the user's defines. */
export const keywords: ReadonlySet<string> = new Set(
  `abstract and any as assert async await bool boolean break byte case catch char class const constructor continue
  crate def default del delete do double elif else end enum except export extends extern false final finally float fn
  for foreach from func function get global go goto if impl implements import in instanceof int interface internal is
  lambda let long loop match mod module mut namespace new nil none None not null number object of or override package
  pass private protected pub public raise readonly return self set short signed sizeof static str string struct super
  switch template then this throw throws trait true True False try type typedef typeof undefined union unknown unless
  unsafe unsigned until use using val var virtual void volatile when where while with yield`.split(/\s+/),
);
