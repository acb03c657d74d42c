import { listed, plural, t } from '../base/texts.ts';

/** What marks a secret that no rule knows by whose it is. */
export const PRIVATE_KEY = 'privatekey';
export const PASSWORD = 'password';

const names: Readonly<Record<string, string>> = {
  '1password': '1Password',
  aws: 'AWS',
  gcp: 'Google Cloud',
  github: 'GitHub',
  gitlab: 'GitLab',
  'hashicorp-vault': 'Vault',
  huggingface: 'Hugging Face',
  npm: 'npm',
  openai: 'OpenAI',
  sendgrid: 'SendGrid',
};

/** How many secrets were masked, and whose: `kinds` has one name for each, as secretlint's rules are called. */
export function maskedSentence(kinds: readonly string[]): string {
  const known = [...new Set(kinds)].map(kindName);
  return plural(kinds.length, '{0} secret masked: {1}', '{0} secrets masked: {1}', listed(known));
}

function kindName(kind: string): string {
  switch (kind) {
    case PRIVATE_KEY:
      return t('private key');
    case PASSWORD:
      return t('key or password');
    case 'basicauth':
      return t('password in an address');
    case 'database-connection-string':
      return t('password of a database');
    default:
      return names[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1);
  }
}
