/** The codicon, by its name, of what a passage is; see `SearchHit.kind`. */
export function symbolIcon(kind: string): string {
  return icons[kind] ?? 'symbol-snippet';
}

const icons: Readonly<Record<string, string>> = {
  class: 'symbol-class',
  constructor: 'symbol-method',
  enum: 'symbol-enum',
  function: 'symbol-method',
  impl: 'symbol-class',
  interface: 'symbol-interface',
  key: 'symbol-key',
  method: 'symbol-method',
  module: 'symbol-module',
  namespace: 'symbol-namespace',
  property: 'symbol-property',
  record: 'symbol-class',
  section: 'symbol-text',
  struct: 'symbol-structure',
  table: 'symbol-array',
  text: 'symbol-file',
  trait: 'symbol-interface',
  type: 'symbol-type-parameter',
  union: 'symbol-structure',
  variable: 'symbol-variable',
};
