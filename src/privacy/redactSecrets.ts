const REDACTED = '[redacted]';

/** A known secret shorter than this is no secret, and replacing it would garble every message. */
const SHORTEST_SECRET = 6;

/** The first group, where there is one, stays. */
const PATTERNS: readonly RegExp[] = [
  // Keys whose providers mark them, also when a provider's error repeats them with stars in the middle.
  /\b(?:sk|pk|rk|gsk|xai|pplx|csk|fw|r8|nvapi|tgp_v1)[-_](?=\S*[\d*…])[\w*.…-]{8,}/g,
  /\bAIza[\w*-]{10,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr|hf|github_pat|glpat)[-_]\w{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // What stands where a secret stands, whatever it looks like.
  /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token)\s+)?)[^\s"',;]+/gi,
  /\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  /((?:api[-_ ]?key|x-goog-api-key|access[-_]?token|auth[-_]?token|client[-_]?secret|password|passwd|secret)["']?\s*[:=]\s*["']?)[^\s"',;&]{4,}/gi,
  /([?&](?:key|token|sig|signature|api_key)=)[^\s&"']+/gi,
  /(\w+:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
];

/**
 * A message without secrets: `known` ones, also as they stand in an address or in Basic authorisation,
 * and everything shaped like a key. For whatever goes to a log or into a sentence for the user.
 */
export function redactSecrets(message: string, known: readonly string[] = []): string {
  let result = message;
  const longestFirst = known.filter((secret) => secret.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  for (const secret of longestFirst) {
    for (const form of new Set([secret, encodeURIComponent(secret)])) result = result.replaceAll(form, REDACTED);
  }
  for (const pattern of PATTERNS) {
    result = result.replace(pattern, (_match: string, ...groups: unknown[]) =>
      typeof groups[0] === 'string' ? groups[0] + REDACTED : REDACTED,
    );
  }
  return result;
}
