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
