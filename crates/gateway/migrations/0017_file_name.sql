-- Files are found by their exact name: what a host app calls them (src/index/links.rs).
CREATE INDEX file_named ON file(project, name);
