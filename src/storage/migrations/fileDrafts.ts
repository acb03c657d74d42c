/**
 * Files that a user has put and that stand on no message yet: only whoever put a file may attach it, and it is not
 * taken for unused meanwhile.
 */
export const fileDrafts: readonly string[] = [
  `CREATE TABLE file_drafts (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL REFERENCES files (sha256) ON DELETE CASCADE,
    put_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, sha256)
  ) STRICT`,
  `CREATE INDEX file_drafts_file ON file_drafts (sha256)`,
  `INSERT INTO file_drafts (user_id, sha256, put_at)
    SELECT users.id, files.sha256, files.created_at FROM files, users
    WHERE users.username = 'local' AND files.sha256 NOT IN (SELECT sha256 FROM attachments)`,
];
