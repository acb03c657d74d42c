/**
 * True for a file that usually holds keys or passwords, judged by its path alone (absolute or
 * relative, with `/` or `\`; case is ignored). Such a file is never indexed, completed in or sent.
 */
export function isSecretFile(path: string): boolean {
  const parts = path.toLowerCase().split(/[/\\]+/);
  const name = parts.pop() ?? '';
  if (parts.some((folder) => secretFolders.has(folder))) return true;
  if (templates.test(name)) return false;
  const parent = parts.at(-1) ?? '';
  return secretNames.has(name) || secretPatterns.some((pattern) => pattern.test(name)) || inFolder(parent, name);
}

/** True for a text that holds a private key: a marker with key material after it, plain or quoted in code. */
export function holdsPrivateKey(text: string): boolean {
  let markers = 0;
  for (const { index, 0: marker } of text.matchAll(/-----BEGIN [A-Z ]{0,40}PRIVATE KEY( BLOCK)?-----/g)) {
    if (++markers > MOST_MARKERS) return true;
    const [body = ''] = text.slice(index + marker.length, index + marker.length + MOST_BEFORE_KEY).split('-----END', 1);
    const lines = body.replace(/\\+[nr]|%0[AD]|&#(10|13|x[ad]);/gi, '\n').replace(/^[^\w\n]*[\w-]+: .*$/gm, '');
    if (keyMaterial.test(lines)) return true;
  }
  return false;
}

/** A text with more of them is not looked at any further. */
const MOST_MARKERS = 100;
/** Headers (`DEK-Info: …`), quotes and comment marks stand before the key. */
const MOST_BEFORE_KEY = 1000;
const keyMaterial = /^[^\w()[\]{}<$]*[\w+/=]{16}/;

/** Everything below these is somebody's credentials. */
const secretFolders = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.password-store', '.secrets']);

const secretNames = new Set([
  '.boto',
  '.dockercfg',
  '.env',
  '.envrc',
  '.git-credentials',
  '.htpasswd',
  '.my.cnf',
  '.netrc',
  '.npmrc',
  '.pgpass',
  '.pypirc',
  '.s3cfg',
  '.vault-token',
  '.yarnrc.yml',
  '_netrc',
  'credentials',
  'credentials.json',
  'credentials.toml',
  'kubeconfig',
  'local.settings.json',
  'master.key',
  'terraform.tfstate',
]);

const secretPatterns = [
  /^\.env[._-]/,
  /\.env$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^client_secret.*\.json$/,
  /^(service[-_.]?account|gcp[-_]?key).*\.json$/,
  /^\.?secrets?(\.[\w-]+)?\.(json|ya?ml|toml|ini|env|properties|txt)$/,
  /\.(pem|key|p8|p12|pfx|pkcs12|jks|keystore|kdbx?|ppk|keytab|ovpn|agekey|tfvars|mobileprovision)$/,
  /\.tfstate(\.backup)?$/,
];

/** Files made to be shared: they name the settings and leave out the values. */
const templates = /^\.?[\w.-]*env[._-](example|sample|template|dist|defaults)$|\.(example|sample|template)$/;

function inFolder(folder: string, name: string): boolean {
  return (folder === '.docker' && name === 'config.json') || (folder === '.kube' && name === 'config');
}
