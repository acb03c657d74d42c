import { t } from '../../src/base/texts.ts';
import type { RequestPurpose } from '../../src/protocol/egress.ts';

/** What a request was for, as it stands at the head of something. */
export function purposeTitle(purpose: RequestPurpose): string {
  const name = purposeName(purpose);
  return name.charAt(0).toLocaleUpperCase(document.documentElement.lang) + name.slice(1);
}

/** What a request was for, within a sentence. */
export function purposeName(purpose: RequestPurpose): string {
  switch (purpose) {
    case 'chat':
      return t('chat');
    case 'title':
      return t('title');
    case 'summary':
      return t('summary');
    case 'completion':
      return t('completion');
    case 'edit':
      return t('edit');
    case 'commit message':
      return t('commit message');
    case 'review':
      return t('review');
    case 'embedding':
      return t('embedding');
    case 'rerank':
      return t('rerank');
    case 'list of models':
      return t('list of models');
    case 'search for local servers':
      return t('search for local servers');
    case 'web page':
      return t('web page');
    case 'picture':
      return t('picture');
    case 'telemetry':
      return t('telemetry');
  }
}
