//! Configurations that start, and those that are refused with a sentence.

use std::fs;

use portal_model::task::Tab;

use super::*;

const GOOD: &str = r#"
public_url = "https://portal.example.com"
[oidc]
issuer = "https://login.example.com"
client_id = "portal"
[diffgram]
url = "http://diffgram:8085"
public_url = "https://diffgram.example.com"
[[project]]
id = "acme-vision"
client_id = "LIVE__x"
client_secret_file = "key"
[[project.role]]
role = "admin"
claim = "groups"
any = ["labeling-admins"]
"#;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.toml");
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("key"), "s3cret\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.path().join("key"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(folder.path().join("open"), "s3cret\n").unwrap();
        fs::set_permissions(folder.path().join("open"), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(&path, environment).map_err(|error| error.to_string())
}

#[test]
fn a_short_file_is_enough() {
    let config = load(GOOD, &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8460");
    assert_eq!(config.redirect_uri(), "https://portal.example.com/signin/callback");
    assert_eq!(config.projects[&ProjectId("acme-vision".into())].roles[0].role, Role::Admin);
    assert!(!config.is_plain_loopback());
}

#[test]
fn the_configuration_that_ships_with_the_program_starts() {
    let text = include_str!("../../../../deploy/config/portal.toml");
    let secrets = ["oidc-secret", "vision-key", "vision-hook"];
    let text = secrets.iter().fold(text.to_owned(), |text, file| text.replace(&format!("\"{file}\""), "\"key\""));
    let config = load(&text, &[]).unwrap();
    assert_eq!(config.redirect_uri(), "https://tasks.example.com/signin/callback");
    assert_eq!(config.listen.port(), 8460, "the port that compose.yaml opens");
}

#[test]
fn the_environment_lies_over_the_file() {
    let config =
        load(GOOD, &[("PORTAL_OIDC__CLIENT_ID", "other"), ("PORTAL_SYNC__SWEEP_SECONDS", "3"), ("HOME", "/")]).unwrap();
    assert_eq!(config.oidc.client_id, "other");
    assert_eq!(config.sync.sweep, Duration::from_secs(3));
    let error = load(GOOD, &[("PORTAL_OIDC__CLIENTID", "x")]).unwrap_err();
    assert!(error.contains("PORTAL_OIDC__CLIENTID") && error.contains("`client_id`"), "{error}");
}

#[test]
fn gwf_11_what_is_wrong_is_said_with_line_and_nearest_name() {
    let refused = |from: &str, to: &str| load(&GOOD.replace(from, to), &[]).unwrap_err();
    let error = refused("client_id = \"portal\"", "cleint_id = \"portal\"");
    assert!(error.contains("line 5") && error.contains("did you mean `client_id`?"), "{error}");
    let error = refused("[diffgram]", "client_id = \"again\"\n[diffgram]");
    assert!(error.contains("line 6") && error.contains("duplicate key"), "{error}");
    let error = refused("https://portal.example.com", "http://portal.example.com");
    assert!(error.contains("must be https"), "{error}");
    let error = refused("https://login.example.com", "http://login.example.com");
    assert!(error.contains("`oidc.issuer`") && error.contains("must be https"), "{error}");
    let error = refused("\"key\"", "\"missing\"");
    assert!(error.contains("cannot be read"), "{error}");
    let error = refused("acme-vision", "a b");
    assert!(error.contains("4 to 30"), "{error}");
    let error = refused("role = \"admin\"", "role = \"king\"");
    assert!(error.contains("\"admin\" or \"reviewer\""), "{error}");
    let error = refused("http://diffgram:8085", "http://diffgram:8085/api");
    assert!(error.contains("without a path"), "{error}");
    assert!(load("", &[]).unwrap_err().contains("`public_url` is missing"));
}

#[cfg(unix)]
#[test]
fn gwf_11_a_secret_everybody_can_read_is_refused() {
    let error = load(&GOOD.replace("\"key\"", "\"open\""), &[]).unwrap_err();
    assert!(error.contains("run chmod 600"), "{error}");
}

#[test]
fn grants_and_views_are_read_and_their_claims_kept() {
    let text = format!(
        "{GOOD}\n[[grant]]\nproject = \"acme-vision\"\nclaim = \"customer\"\ndatasets = \"cust-{{claim}}-*\"\n\
         [[grant]]\nproject = \"acme-vision\"\nclaim = \"teams\"\nany = [\"qa\"]\ndatasets = \"*\"\n\
         [[grant]]\nproject = \"acme-vision\"\nemail = \"Ben@acme.example\"\ndatasets = \"launches\"\n\
         [[grant]]\nproject = \"acme-vision\"\nclaim = \"customer\"\njobs = \"{{claim}} *\"\nguide = \"Look twice.\"\n\
         [[view]]\nname = \"Sure\"\nquery = \"score>=0.8\"\n\
         [[view]]\nkind = \"tasks\"\nname = \"Sure\"\nquery = \"?tab=all&job=7,5&due=overdue&sort=-due&q=a+b\"\nclaim = \"shift\"\n"
    );
    let config = load(&text, &[("PORTAL_SYNC__FILES_SECONDS", "0")]).unwrap();
    assert_eq!(config.role_claims().into_iter().collect::<Vec<_>>(), ["customer", "groups", "shift", "teams"]);
    assert_eq!(config.grants[2].to, GrantTo::Email("ben@acme.example".into()));
    let jobs = &config.grants[3];
    assert_eq!((jobs.datasets.as_deref(), jobs.jobs.as_deref()), (None, Some("{claim} *")));
    assert_eq!(jobs.guide.as_deref(), Some("Look twice."));
    assert_eq!((config.views[0].name.as_str(), config.views[0].query.as_str()), ("Sure", "score>=0.8"));
    let view = &config.task_views[0];
    assert_eq!(view.to, Some(GrantTo::Claim { claim: "shift".into(), any: None }));
    assert_eq!((view.shows.tab, view.shows.q.as_str(), view.shows.sort.name()), (Tab::All, "a b", "-due"));
    let filter = view.shows.filters().unwrap().pairs().collect::<Vec<_>>();
    assert_eq!(filter, [("job", "5,7".to_owned()), ("due", "overdue".to_owned())]);
    assert_eq!(config.sync.files, None, "switched off");
    assert_eq!(load(GOOD, &[]).unwrap().sync.files, Some(Duration::from_secs(60)));
}

#[test]
fn gwf_11_a_grant_that_could_open_more_than_was_meant_is_refused() {
    let refused = |keys: &str| load(&format!("{GOOD}\n[[grant]]\n{keys}\n"), &[]).unwrap_err();
    for (keys, says) in [
        ("claim = \"c\"\ndatasets = \"{claim}\"", "write one of \"acme-vision\""),
        ("project = \"globex-lab\"\nclaim = \"c\"\ndatasets = \"{claim}\"", "write one of \"acme-vision\""),
        ("project = \"acme-vision\"\nclaim = \"c\"", "`datasets` is missing"),
        ("project = \"acme-vision\"\ndatasets = \"*\"", "say to whom"),
        ("project = \"acme-vision\"\nclaim = \"c\"\ndatasets = \"*\"", "to everybody with the claim"),
        ("project = \"acme-vision\"\nclaim = \"c\"\nany = []\ndatasets = \"*\"", "to everybody with the claim"),
        ("project = \"acme-vision\"\nclaim = \"c\"\nany = [\"\"]\ndatasets = \"*\"", "an empty value"),
        ("project = \"acme-vision\"\nclaim = \"c\"\ndatasets = \"{customer}\"", "no other braces"),
        ("project = \"acme-vision\"\nclaim = \"c\"\ndatasets = \"[a-z]{claim}\"", "no other braces"),
        ("project = \"acme-vision\"\nclaim = \"c\"\nemail = \"a@b.c\"\ndatasets = \"x\"", "not both"),
        ("project = \"acme-vision\"\nemail = \"a@b.c\"\ndatasets = \"{claim}\"", "need a claim"),
        ("project = \"acme-vision\"\nemail = \"a b\"\ndatasets = \"x\"", "no e-mail address"),
        ("project = \"acme-vision\"\nclaim = \"c\"\njobs = \"*\"", "the same jobs to everybody"),
        (
            "project = \"acme-vision\"\nclaim = \"c\"\ndatasets = \"{claim}\"\njobs = \"*\"",
            "the same jobs to everybody",
        ),
        ("project = \"acme-vision\"\nclaim = \"c\"\njobs = \"[a]{claim}\"", "`jobs` may hold"),
        ("project = \"acme-vision\"\nclaim = \"c\"\njobs = \"{claim}\"\nguide = \" \"", "`guide` is 1 to"),
        ("project = \"acme-vision\"\nclaims = \"c\"", "did you mean `claim`?"),
    ] {
        let error = refused(keys);
        assert!(error.contains(says), "{keys}: {error}");
    }
    let view = |keys: &str| load(&format!("{GOOD}\n[[view]]\n{keys}\n"), &[]).unwrap_err();
    assert!(view("name = \"x\"\nquery = \"lable:x\"").contains("did you mean label?"));
    assert!(view("query = \"\"").contains("1 to 80 characters"));
    assert!(view("name = \"x\"\n[[view]]\nname = \"x\"").contains("stands twice"));
    assert!(view("name = \"x\"\nkind = \"job\"").contains("write \"files\" or \"tasks\""));
    assert!(view("name = \"x\"\nroles = []").contains("nobody would see it"));
    assert!(view("name = \"x\"\nroles = [\"king\"]").contains("\"user\", \"reviewer\" or \"admin\""));
    assert!(view("name = \"x\"\nsize = \"huge\"").contains("s, m, l, table"));
    assert!(view("name = \"x\"\nscore = 60").contains("0 to 1"));
    assert!(view("kind = \"tasks\"\nname = \"x\"\nsize = \"m\"").contains("go with views of files"));
    let shown = load(
        &format!("{GOOD}\n[[view]]\nname = \"x\"\nclaim = \"groups\"\nroles = [\"reviewer\"]\nsize = \"table\"\nscore = 0.6\n"),
        &[],
    )
    .unwrap();
    let of_files = &shown.views[0];
    assert_eq!(of_files.to, Some(GrantTo::Claim { claim: "groups".into(), any: None }));
    assert_eq!(
        (of_files.roles.as_slice(), of_files.look.size.as_str(), of_files.look.score),
        (&[Role::Reviewer][..], "table", 60)
    );
    let tasks = |keys: &str| view(&format!("kind = \"tasks\"\nname = \"x\"\n{keys}"));
    assert!(tasks("query = \"jop=7\"").contains("there is no `jop`"));
    assert!(tasks("query = \"job=seven\"").contains("job is ids with commas"));
    assert!(tasks("query = \"tab=mine\"").contains("tab is todo"));
    assert!(tasks("query = \"sort=up\"").contains("sort is one of newest"));
    assert!(tasks("any = [\"a\"]").contains("`any` needs a claim"));
    assert!(tasks("claim = \"c\"\nany = []").contains("an empty value"));
    assert!(tasks("claim = \"c\"\nemail = \"a@b.c\"").contains("not both"));
}

#[test]
fn emb_04_a_host_is_one_exact_origin_and_anything_else_stops_the_start() {
    let with = |id: &str, origin: &str| {
        load(&format!("{GOOD}[[host]]\nid = {id:?}\norigin = {origin:?}\nname = \"Shop\"\n"), &[])
    };
    for origin in [
        "https://shop.example.com",
        "https://shop.example.com:8443",
        "http://localhost:9000",
        "https://xn--caf-dma.example",
    ] {
        assert_eq!(with("shop", origin).unwrap().hosts["shop"].origin, origin);
    }
    for (origin, words) in [
        ("*", "patterns are not taken"),
        ("https://*.example.com", "patterns are not taken"),
        ("https://shop.example.com:*", "patterns are not taken"),
        ("https:", "no URL"),
        ("https://", "no URL"),
        ("shop.example.com", "no URL"),
        ("https://shop.example.com.", "leave out the dot"),
        ("https://shop.example.com/", "as browsers spell it"),
        ("https://shop.example.com/app", "scheme and host only"),
        ("https://shop.example.com?x", "scheme and host only"),
        ("https://shop.example.com:443", "as browsers spell it"),
        ("https://Shop.example.com", "as browsers spell it"),
        ("https://ana@shop.example.com", "scheme and host only"),
        ("https://ana:pw@shop.example.com", "scheme and host only"),
        ("http://shop.example.com", "must be https"),
        ("null", "no URL"),
        ("data:text/html,x", "must be https"),
        ("https://caf\u{e9}.example", "xn--"),
        ("https://portal.example.com", "the portal's own"),
        ("https://shop.example.com https://evil.example", "no URL"),
        ("https://shop.example.com; script-src *", "patterns are not taken"),
        ("https://shop.example.com;x", "letters, digits, dots"),
    ] {
        let error = with("shop", origin).unwrap_err();
        assert!(error.contains("[[host]] shop") && error.contains(words), "{origin}: {error}");
    }
    for id in ["", "Shop", "a/b", "a b", "..", "a;b"] {
        assert!(with(id, "https://shop.example.com").unwrap_err().contains("[[host]] id"), "{id}");
    }
    let twice = format!("{GOOD}{0}{0}", "[[host]]\nid = \"shop\"\norigin = \"https://shop.example.com\"\n");
    assert!(load(&twice, &[]).unwrap_err().contains("stands twice"));
    assert!(load(GOOD, &[]).unwrap().hosts.is_empty(), "none by default");
}

#[test]
fn each_customer_has_the_schema_that_the_map_or_the_rule_says() {
    let with = |keys: &str| load(&format!("{GOOD}\n[schemas]\n{keys}\n"), &[]);
    let names = with("map = { north = \"Road\" }\nname = \"Customer {key}\"").unwrap().schemas;
    assert_eq!(names.of("north").as_deref(), Some("Road"));
    assert_eq!(names.of("south").as_deref(), Some("Customer south"));
    assert_eq!(names.of("{key}").as_deref(), Some("Customer {key}"), "a key is only ever text");
    assert_eq!(names.of(""), None);
    assert_eq!(with("map = { north = \"Road\" }").unwrap().schemas.of("south"), None);
    assert_eq!(load(GOOD, &[]).unwrap().schemas.of("north"), None, "nothing is said by default");
    let by_variable = load(GOOD, &[("PORTAL_SCHEMAS__NAME", "For {key}")]).unwrap().schemas;
    assert_eq!(by_variable.of("east").as_deref(), Some("For east"));
    for (keys, says) in [
        ("name = \"Everybody\"", "must hold {key}"),
        ("name = \"{key} {project}\"", "no other braces"),
        ("map = { north = \" \" }", "the name of a schema"),
        ("mapp = { north = \"Road\" }", "did you mean `map`?"),
    ] {
        let error = with(keys).unwrap_err();
        assert!(error.contains(says), "{keys}: {error}");
    }
}

#[test]
fn emb_02_a_host_shows_all_but_what_is_for_admins_unless_it_says_so() {
    use portal_model::embed::View;
    let with = |more: &str| {
        load(&format!("{GOOD}[[host]]\nid = \"shop\"\norigin = \"https://shop.example.com\"\n{more}"), &[])
    };
    let views = |more: &str| with(more).unwrap().hosts["shop"].views.clone();
    assert_eq!(views(""), [View::Inbox, View::Next, View::Task, View::File, View::Explorer]);
    assert_eq!(views("views = [\"schema\", \"inbox\", \"inbox\"]"), [View::Inbox, View::Schema]);
    for (more, words) in [
        ("views = [\"admin\"]", "there are inbox, next, task, file, explorer, schema"),
        ("views = [\"*\"]", "there are inbox"),
        ("views = []", "at least one"),
        ("view = [\"inbox\"]", "did you mean `views`?"),
    ] {
        let error = with(more).unwrap_err();
        assert!(error.contains(words), "{more}: {error}");
    }
}

#[test]
fn emb_21_a_look_that_cannot_be_read_and_pictures_that_are_none_stop_the_start() {
    let with = |more: &str| {
        load(&format!("{GOOD}[[host]]\nid = \"shop\"\norigin = \"https://shop.example.com\"\n{more}"), &[])
    };
    for (more, words) in [
        ("[host.look]\naccent = \"#ffd400\"", "the nearest darker colour that does is \"#"),
        ("[host.look]\naccent = \"url(//evil)\"", "write a colour as \"#rrggbb\""),
        ("[host.look]\nradius = 99", "0 to 16"),
        ("[host.look]\ncss = \"*{}\"", "there is no key `css`"),
        ("[host.brand]\nlogo_file = \"none.svg\"", "cannot be read"),
        ("[host.brand]\nlogo_file = \"key\"", "no picture of a known kind"),
        ("[host.brand]\nsupport = \"javascript:alert(1)\"", "an https link"),
        ("[host.brand]\ntitle = \"a\\nb\"", "plain text of one line"),
    ] {
        let error = with(more).unwrap_err();
        assert!(error.contains(words), "{more}: {error}");
    }
    let host = with("[host.look]\naccent = \"#0b6bcb\"\n[host.brand]\nname = \"Acme\"").unwrap().hosts["shop"].shown();
    assert_eq!((host.look.accent.as_deref(), host.brand.name.as_deref()), (Some("#0b6bcb"), Some("Acme")));
}
