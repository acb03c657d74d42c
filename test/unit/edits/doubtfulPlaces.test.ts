import assert from 'node:assert/strict';
import { resolveAnswer } from '../../../src/edits/resolveAnswer.ts';
import { applyTextEdits } from '../../../src/edits/textEdit.ts';

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
});

async function refusedOrEqual(text: string, answer: string, expected: string, path = 'a.txt'): Promise<void> {
  const resolved = await resolveAnswer(answer, { path, text }, null);
  if (resolved.kind === 'refused') return;
  assert.equal(resolved.kind, 'edits');
  assert.equal(resolved.kind === 'edits' ? applyTextEdits(text, resolved.edits) : '', expected);
}
