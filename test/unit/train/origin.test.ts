import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../harness/project.ts';
import { isPermissive } from '../../train/embedding/licence.ts';
import type { Origin } from '../../train/embedding/origin.ts';
import { evaluationNames } from '../../train/embedding/sources.ts';

const models = path.join(projectRoot, 'media/models');

for (const name of ['static-code-256', 'deep-code']) {
  describe(`The origin of ${name}`, () => {
    const origin = JSON.parse(readFileSync(path.join(models, `${name}.origin.json`), 'utf8')) as Origin;

    it('is told of the very file that ships', () => {
      const bytes = readFileSync(path.join(models, `${name}.bin`));
      assert.equal(origin.sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.equal(origin.bytes, bytes.length);
      assert.ok(origin.model.startsWith(name));
    });

    it('names the version and a permissive licence of every package', () => {
      for (const { name, version, licences } of [origin.weights, ...origin.packages]) {
        assert.match(version, /^\d/, name);
        assert.ok(licences.length > 0, name);
        assert.deepEqual(
          licences.filter((licence) => !isPermissive(licence)),
          [],
          name,
        );
      }
      assert.ok(origin.packages.length > 250);
    });

    it('has nothing of what is asked about', () => {
      const asked = new Set([...origin.asked.packages, ...evaluationNames()]);
      assert.deepEqual(
        origin.packages.filter(({ name }) => asked.has(name)),
        [],
      );
      assert.ok(origin.asked.questions > 1000);
      assert.equal(origin.asked.pairsThatLeak, 0);
    });
  });
}
