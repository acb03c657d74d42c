import { t } from '../base/texts.ts';

/** Why a file is not in the index, as the index names it, in the language of the user. */
export function leftOutReason(reason: string): string {
  switch (reason) {
    case 'secret':
      return t('secret');
    case 'binary':
      return t('binary');
    case 'minified':
      return t('minified');
    case 'generated':
      return t('generated');
    case 'lock file':
      return t('lock file');
    case 'data':
      return t('data');
    case 'too large':
      return t('too large');
    case 'unreadable':
      return t('unreadable');
    case 'symbolic link':
      return t('symbolic link');
    case 'unusual name':
      return t('unusual name');
    case 'dependencies':
      return t('dependencies');
    case 'ignored for another tool':
      return t('ignored for another tool');
    case 'hidden in the editor':
      return t('hidden in the editor');
    case 'over the limit':
      return t('over the limit');
    default:
      return reason;
  }
}
