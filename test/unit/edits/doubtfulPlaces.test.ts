import assert from 'node:assert/strict';
import path from 'node:path';
import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import { applyTextEdits } from '../../../src/edits/textEdit.ts';
import { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { syntaxReader } from '../../../src/index/chunks/outlineFile.node.ts';
import { projectRoot } from '../../harness/project.ts';

/** Answers that a campaign of damaged edits has once written to the wrong place. */
describe('Applying an answer whose place is in doubt', () => {
  it('refuses a part that fits one of two neighbours alike, of which the gap hides the other', async () => {
    const file = `test('register', async t => {
  const e = new Error('kaboom')

  fastify.register(async (instance, opts) => {
    t.fail('should not be executed')
  })

  await t.rejects(fastify.after(), e)

  fastify.register(async (instance, opts, done) => {
    t.fail('should not be executed')
  })

  await thenableRejects(t, fastify.ready(), e)
})
`;
    const answer = `\`\`\`js
test('register', async t => {
  // … existing code …

  await t.rejects(fastify.after(), e)

  fastify.register(async (instance, opts) => {
    t.fail('should not be executed')
  // … existing code …
})
\`\`\`
`;
    await refusedOrEqual(file, answer, file.replace('opts, done', 'opts'));
  });

  it('does not take new entries of a repetitive list for old ones changed', async () => {
    const entry = (name: string): string => `      specs.put(
          ${name}.REACT_CLASS,
          ModuleSpec.viewManagerSpec(
              new Provider<NativeModule>() {
                @Override
                public NativeModule get() {
                  return new ${name}();
                }
              }));
`;
    const list = (names: readonly string[]): string =>
      `class Package {
  Map<String, ModuleSpec> getViewManagersMap(ReactApplicationContext reactContext) {
    if (mViewManagers == null) {
      Map<String, ModuleSpec> specs = MapBuilder.newHashMap();
${names.map(entry).join('')}    }
    return mViewManagers;
  }
}
`;
    const older = ['Group', 'Path', 'Use', 'Symbol', 'LinearGradient', 'RadialGradient', 'Pattern', 'Mask'];
    const newer = ['Filter', 'ColorMatrix', 'GaussianBlur', 'Merge', 'Offset'];
    const whole = list([...older, ...newer, 'ForeignObject', 'Marker']).split('\n');
    const from = whole.findIndex((line) => line.includes('return new Mask()'));
    const to = whole.findIndex((line) => line.includes('ForeignObject.REACT_CLASS')) + 2;
    const answer = `\`\`\`java
class Package {
  // ... existing code ...
  Map<String, ModuleSpec> getViewManagersMap(ReactApplicationContext reactContext) {
    if (mViewManagers == null) {
      // ... existing code ...
${whole.slice(from, to).join('\n')}
      // ... existing code ...
    }
    return mViewManagers;
  }
}
\`\`\`
`;
    await refusedOrEqual(list([...older, 'ForeignObject', 'Marker']), answer, whole.join('\n'));
  });

  it('does not give a new line the indentation of a line that is another one altogether', async () => {
    const file = `#define EXPORT(exportName, funcName) \\
\texports->Set(exportName, FunctionTemplate::New( \\
\t\t\tisolate, funcName, Local<Value>()));

Napi::Value enableDirect(const Napi::CallbackInfo& info) {
\tIsolate* isolate = Isolate::GetCurrent();
\tnapi_value exportsValue = info[0];
}
`;
    const answer = `\`\`\`diff
*** Begin Patch
*** Update File: a.cpp
@@
 isolate, funcName, Local<Value>()));
-
-Napi::Value enableDirect(const Napi::CallbackInfo& info) {
+NAPI_FUNCTION(enableDirect) {
+ARGS(2)
 Isolate* isolate = Isolate::GetCurrent();
-napi_value exportsValue = info[0];
+napi_value exportsValue = args[0];
 }
*** End Patch
\`\`\`
`;
    const expected = file
      .replace(
        '\nNapi::Value enableDirect(const Napi::CallbackInfo& info) {',
        'NAPI_FUNCTION(enableDirect) {\n\tARGS(2)',
      )
      .replace('info[0]', 'args[0]');
    await refusedOrEqual(file, answer, expected, 'a.cpp');
  });

  it('does not take a function for the whole file because only the comment above it is missing', async () => {
    const body =
      'export function sum(frame: Uint8Array): number {\n  let sum = 0;\n  for (const byte of frame) sum += byte;\n';
    const file = `/** The checksum of a frame. */\n${body}  return sum;\n}\n`;
    const answer = `\`\`\`ts\n${body}  return sum & 0xff;\n}\n\`\`\`\n`;
    await refusedOrEqual(file, answer, file.replace('return sum', 'return sum & 0xff'), 'a.ts');
  });

  it('does not shift back a part at the left edge that was not shifted, although others were', async () => {
    const file = `from .utils import pass_eval_context

V = t.TypeVar("V")


async def auto_await(value):
    if inspect.isawaitable(value):
        return await t.cast("t.Awaitable[V]", value)

    return t.cast("V", value)


async def auto_aiter(iterable):
    yield iterable
`;
    const answer = `\`\`\`diff
@@ -1,3 +1,6 @@
 from .utils import pass_eval_context
 
+if t.TYPE_CHECKING:
+    import typing_extensions as te
+
 V = t.TypeVar("V")
@@ -7,8 +10,8 @@
         if inspect.isawaitable(value):
             return await t.cast("t.Awaitable[V]", value)
 
-        return t.cast("V", value)
+        return value
 
 
     async def auto_aiter(iterable):
\`\`\`
`;
    const expected = file
      .replace('V = t.', 'if t.TYPE_CHECKING:\n    import typing_extensions as te\n\nV = t.')
      .replace('return t.cast("V", value)', 'return value');
    await refusedOrEqual(file, answer, expected, 'a.py');
  });

  it('does not put a method behind the bracket that its answer has forgotten', async () => {
    const file = `impl List {
    fn push(&self) {
        unsafe {
            drop(self.block);
        }
    }
}

impl Debug for List {
`;
    const method = '\n    fn is_closed(&self) -> bool {\n        self.tail.is_closed()\n    }\n';
    const around = (middle: string): string =>
      `            drop(self.block);\n        }\n    }\n${middle}\nimpl Debug for List {`;
    const answer = `<search>\n${around('')}\n</search>\n<replace>\n${around(method)}\n</replace>\n`;
    await refusedOrEqual(file, answer, file.replace('    }\n}\n', `    }\n${method}}\n`), 'a.rs');
  });

  it('does not take a bracket further out for the one that is meant', async () => {
    const file = `impl Pattern for Regex {
    fn into_searcher(self) -> RegexSearcher {
        RegexSearcher {
            next_match: None,
        }
    }
}

unsafe impl Searcher for RegexSearcher {
`;
    const method = '\n    fn as_utf8_pattern(&self) -> Option<Pattern> {\n        None\n    }\n';
    const around = (middle: string): string =>
      `            next_match: None,\n        }\n    }\n${middle}\nunsafe impl Searcher for RegexSearcher {`;
    const answer = `<search>\n${around('')}\n</search>\n<replace>\n${around(method)}\n</replace>\n`;
    await refusedOrEqual(file, answer, file.replace('    }\n}\n', `    }\n${method}}\n`), 'a.rs');
  });

  it('does not take a tab before a continued line for one step of the file', async () => {
    const file = `using Request = std::function<void(double)>;

enum Type {
  Plain,
  Worker,
};

void decorate() {
  if (isReady) {
    start();
  }
}
`;
    const answer = `<search>
using Request = std::function<void(double)>;

enum Type {
</search>
<replace>
using Request =
\tstd::function<void(Runtime &, const Value &)>;

enum Type {
</replace>
`;
    const expected = file.replace(
      ' std::function<void(double)>',
      '\n    std::function<void(Runtime &, const Value &)>',
    );
    await refusedOrEqual(file, answer, expected, 'a.h');
  });

  it('does not take the comment above a definition for the one that an answer brings', async () => {
    const file = `import { names } from './names'

// The classes below are generated.
// Do not sort them.
export abstract class Name {
  abstract readonly text: string
  abstract readonly names: string[]
}

export class Other extends Name {
  readonly text = 'other'
  readonly names = names
}
`;
    const head = '// eslint-disable-next-line no-extraneous-class\n';
    const start = file.indexOf('export abstract');
    const answer = `\`\`\`ts\n${head}${file.slice(start, file.indexOf('\n}\n') + 2)}\n\`\`\`\n`;
    await refusedOrEqual(file, answer, file.slice(0, start) + head + file.slice(start), 'a.ts', true);
  });

  it('puts a new doc comment in the place of the older one', async () => {
    const file = `/**\n * Adds.\n */\nexport function sum(a: number, b: number): number {\n  const all = a + b;\n  return all;\n}\n\nexport const one = 1;\nexport const two = sum(one, one);\nexport const three = sum(one, two);\nexport const four = sum(two, two);\n`;
    const expected = file.replace(' * Adds.', ' * The sum of two numbers.\n * Both may be negative.');
    const answer = `\`\`\`ts\n${expected.slice(0, expected.indexOf('\n}\n') + 2)}\n\`\`\`\n`;
    assert.equal(await resultOf(file, answer, 'a.ts', true), expected);
  });

  it('does not write a file with spaces for its tabs, where lines in a text have spaces of their own', async () => {
    const script = Array.from({ length: 20 }, (_, at) => `    local variable${at}="value ${at}"`).join('\n');
    const calls = (count: number): string =>
      Array.from({ length: count }, (_, at) => `\tcall${at}(buffer, name)\n`).join('');
    const file = `package main\n\nfunc write(buffer Writer, name string) {\n${calls(5)}\tprint(\`\n${script}\n\`, name)\n}\n`;
    const expected = file.replace('name)\n}', 'name, false)\n}');
    const answer = `\`\`\`go\n${expected.replaceAll('\t', '    ')}\`\`\`\n`;
    await refusedOrEqual(file, answer, expected, 'a.go');
  });

  it('does not take a file for whole in which the end of a function and the head of the next are left out', async () => {
    const check = (value: string): string =>
      `    let f = || {\n        ensure!(${value});\n        Ok(())\n    };\n    assert!(f().is_ok());\n`;
    const file = `use anyhow::ensure;
use std::cell::Cell;
use std::future;

#[test]
fn test_messages() {
    assert_eq!("oh no!", bail_literal().unwrap_err().to_string());
    assert_eq!("oh no!", bail_fmt().unwrap_err().to_string());
    assert_eq!("oh no!", bail_error().unwrap_err().to_string());
}

#[test]
fn test_ensure() {
    let v = 1;
${check('v + v == 2')}
${check('v + v == 1')}
${check('v == v')}}

#[test]
fn test_temporaries() {
    fn require_send_sync(_: impl Send + Sync) {}
    require_send_sync(async {});
    require_send_sync(future::ready(Cell::new(1)));
}
`;
    const start = file.indexOf('    let f = ');
    const end = file.indexOf('}\n\n#[test]\nfn test_temporaries');
    const other = `}

#[test]
fn test_bool() -> Result<()> {
    struct Struct {
        condition: bool,
    }

    let s = Struct { condition: true };
    match &s {
        Struct { condition } => ensure!(condition),
    }

    Ok(())
`;
    const answer = `\`\`\`rust\n${file.slice(0, start)}${other}${file.slice(end)}\`\`\`\n`;
    await refusedOrEqual(file, answer, file, 'a.rs');
  });

  it('does not write a function without indentation below lines that have none', async () => {
    const file = `func first() {\n\tcall()\n}\n\nvar set = func() bool { return false }\n`;
    const body = ['func name() string {', '\tif isKnown {', '\t\treturn known', '\t}', '\treturn other', '}'];
    const answer = `<search>
}

var set = func() bool { return false }
</search>
<replace>
}

${body.map((line) => line.trim()).join('\n')}
</replace>
`;
    const expected = file.replace('var set = func() bool { return false }', body.join('\n'));
    await refusedOrEqual(file, answer, expected, 'a.go');
  });

  it('does not doubt the indentation of a diff whose lines all have that of the file', async () => {
    const method = (name: string): string =>
      `    /**\n     * Cover for ${name}\n     */\n    ${name}(...args) {\n        console.${name}(...args);\n    },\n`;
    const file = `module.exports = {\n${method('info')}\n${method('error')}};\n`;
    const hunk = `\n${method('warn')}`.replace(/^/gm, '+').slice(0, -1);
    const answer = `@@ -4,5 +4,12 @@
     info(...args) {
         console.info(...args);
     },
${hunk} 
     /**
      * Cover for error
`.replace(/$/gm, '  ');
    const expected = `module.exports = {\n${method('info')}\n${method('warn')}\n${method('error')}};\n`;
    assert.equal(await resultOf(file, `\`\`\`diff\n${answer}\n\`\`\`\n`, 'a.js'), expected);
  });

  it('keeps out spaces at the ends of new lines also where the file has one such line', async () => {
    const lines = Array.from({ length: 12 }, (_, at) => `  statement${at}(argument, another);${at === 3 ? ' ' : ''}`);
    const file = `${lines.join('\n')}\n`;
    const newer = lines.toSpliced(6, 0, '  somethingNew(argument);');
    const answer = `\`\`\`js\n${newer.map((line) => `${line.trimEnd()}  `).join('\n')}\n\`\`\`\n`;
    assert.equal(await resultOf(file, answer, 'a.js'), `${newer.join('\n')}\n`);
  });
});

const syntax = syntaxReader(new Grammars(path.join(projectRoot, 'dist')));

/** Null where nothing may be written. */
async function resultOf(text: string, answer: string, name: string, withSyntax = false): Promise<string | null> {
  const resolved = await resolveAnswer(answer, { path: name, text }, withSyntax ? syntax : null);
  if (resolved.kind === 'refused') return null;
  assert.equal(resolved.kind, 'edits');
  return resolved.kind === 'edits' ? applyTextEdits(text, resolved.edits) : text;
}

async function refusedOrEqual(
  text: string,
  answer: string,
  expected: string,
  name = 'a.txt',
  withSyntax = false,
): Promise<void> {
  const result = await resultOf(text, answer, name, withSyntax);
  if (result !== null) assert.equal(result, expected);
}
