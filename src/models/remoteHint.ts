import { t } from '../base/texts.ts';

/**
 * Why a server on the user’s own computer is not at this address, where VS Code works on another machine, and what
 * brings it there. `remote` is VS Code’s name for the kind of that machine (`vscode.env.remoteName`). VS Code forwards
 * ports of the other machine to the user’s own, and none the other way.
 */
export function remoteHint(remote: string, address: string): string {
  const { port, protocol } = new URL(address);
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  switch (remote) {
    case 'ssh-remote':
      return t(
        'This window works on another machine, and {0} is there. To use a server of your own computer, put the line “{1}” below this host in your SSH configuration, and connect again.',
        hostOf(address),
        `RemoteForward ${number} 127.0.0.1:${number}`,
      );
    case 'wsl':
      return t(
        'This window works in WSL. To use a server of Windows, set “networkingMode=mirrored” below “[wsl2]” in your .wslconfig and restart WSL.',
      );
    case 'dev-container':
    case 'attached-container':
      return t(
        'This window works in a container. To use a server of your own computer, let it listen on all addresses (for Ollama OLLAMA_HOST=0.0.0.0), and set its address here to {0}.',
        `http://host.docker.internal:${number}`,
      );
    case 'codespaces':
      return t(
        'This window works in a codespace. To use a server of your own computer, run “{0}” on it, and leave that running.',
        `gh codespace ssh -- -R ${number}:127.0.0.1:${number}`,
      );
    default:
      return t(
        'This window works on another machine, and {0} is there: a server of your own computer is not found at this address.',
        hostOf(address),
      );
  }
}

function hostOf(address: string): string {
  return new URL(address).host;
}
