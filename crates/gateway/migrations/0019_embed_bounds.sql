-- What a token binds a session in a frame to, besides project and role: JSON with views, tasks, files, schemas. NULL: nothing.
ALTER TABLE embed_pass ADD COLUMN bounds TEXT;
ALTER TABLE session ADD COLUMN bounds TEXT;
