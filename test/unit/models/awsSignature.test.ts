import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { awsSignature } from '../../../src/models/awsSignature.ts';

const ID = 'AKIDEXAMPLE'.replace('AKID', 'AKIAID');
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const now = new Date('2015-08-30T12:36:00Z');

/** The same once more, by the words of AWS’s page, from a canonical request that is written out. */
function signatureOf(canonical: string, region: string, service: string): string {
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/${region}/${service}/aws4_request\n${hash}`;
  const key = ['20150830', region, service, 'aws4_request'].reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${SECRET}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

describe('A request that is signed for AWS', () => {
  it('is measured by what gives the signature that AWS publishes for “get-vanilla” of its test suite', () => {
    const canonical = `GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n${hashOf('')}`;
    const published = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
    assert.equal(signatureOf(canonical, 'us-east-1', 'service'), published);
  });

  for (const [host, region, service] of [
    ['bedrock-runtime.eu-central-1.amazonaws.com', 'eu-central-1', 'bedrock'],
    ['bedrock-mantle.us-east-1.api.aws', 'us-east-1', 'bedrock-mantle'],
  ] as const) {
    it(`is signed for its region and service: ${host}`, async () => {
      const body = '{"model":"é"}';
      const asked = { method: 'POST', body };
      const headers = await awsSignature(
        `https://${host}/openai/v1/chat/a%3Ab?q=1 2&b=x`,
        asked,
        `${ID}:${SECRET}`,
        now,
      );
      const canonical = [
        ...['POST', '/openai/v1/chat/a%253Ab', 'b=x&q=1%202', `host:${host}`, 'x-amz-date:20150830T123600Z', ''],
        ...['host;x-amz-date', hashOf(body)],
      ].join('\n');
      assert.deepEqual(headers, {
        'x-amz-date': '20150830T123600Z',
        authorization:
          `AWS4-HMAC-SHA256 Credential=${ID}/20150830/${region}/${service}/aws4_request, ` +
          `SignedHeaders=host;x-amz-date, Signature=${signatureOf(canonical, region, service)}`,
      });
    });
  }

  it('has the token of its session signed too', async () => {
    const host = 'bedrock-runtime.us-east-1.amazonaws.com';
    const headers = await awsSignature(`https://${host}/v1/models`, {}, `${ID}:${SECRET}:session/token=`, now);
    const canonical = [
      ...[
        'GET',
        '/v1/models',
        '',
        `host:${host}`,
        'x-amz-date:20150830T123600Z',
        'x-amz-security-token:session/token=',
      ],
      ...['', 'host;x-amz-date;x-amz-security-token', hashOf('')],
    ].join('\n');
    assert.equal(headers?.['x-amz-security-token'], 'session/token=');
    assert.ok(headers['authorization']?.endsWith(signatureOf(canonical, 'us-east-1', 'bedrock')));
  });

  for (const [what, address, key] of [
    ['a key that is none of AWS', 'https://bedrock-runtime.us-east-1.amazonaws.com/v1', 'ABSK-bearer'],
    ['an address that is none of AWS', 'https://api.openai.com/v1', `${ID}:${SECRET}`],
    [
      'one that only looks like it',
      'https://bedrock-runtime.us-east-1.amazonaws.com.example.org/v1',
      `${ID}:${SECRET}`,
    ],
  ] as const)
    it(`is not for ${what}`, async () => {
      assert.equal(await awsSignature(address, {}, key, now), null);
    });
});
