//! What somebody writes into their own app to have the portal in it: the same thing for pages, for frameworks, and for a backend.

use portal_model::{
    api::embed::{BELOW, ELEMENT, EmbedTokenRequest, TOKENS},
    embed::{Go, HeightMode, Look, ToFrame, View},
    person::Role,
};
use serde::Serialize;

use crate::paths;

/// What there is a text for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `<diffgram-portal>` in a page.
    Element,
    /// A plain `<iframe>` with the messages by hand.
    Iframe,
    /// The address of the same page, at top level.
    Link,
    /// A component of React.
    React,
    /// A component of Vue.
    Vue,
    /// How a backend asks for a token.
    Backend,
}

impl Kind {
    /// All of them, in the order to show them.
    pub const ALL: [Self; 6] = [Self::Element, Self::Iframe, Self::Link, Self::React, Self::Vue, Self::Backend];
}

/// What is wanted, in which app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The portal's origin.
    pub portal: String,
    /// The host's id.
    pub host: String,
    /// What the host shows: a token is not asked for more.
    pub views: Vec<View>,
    /// What the frame begins with.
    pub go: Go,
    /// How it looks; what is left out is as configured.
    pub look: Look,
    /// People are signed in by a token of the app's backend, else by a window.
    pub token: bool,
}

/// The text; `None` when it is not said which task or file, or when nothing is needed.
pub fn text(kind: Kind, wanted: &Wanted) -> Option<String> {
    let path = wanted.go.path()?;
    Some(match kind {
        Kind::Element => element(wanted),
        Kind::Iframe => iframe(wanted, &path),
        Kind::Link => format!("{}{}", wanted.portal, paths::outside(&path)),
        Kind::React => react(wanted),
        Kind::Vue => vue(wanted),
        Kind::Backend if !wanted.token => return None,
        Kind::Backend => backend(wanted),
    })
}

/// Attributes of the element, in the order to write them: `embed/diffgram-portal.js` reads them.
fn attributes(wanted: &Wanted) -> Vec<(&'static str, String)> {
    let Wanted { go, look, .. } = wanted;
    let id = |id: Option<i64>| id.map(|id| id.to_string());
    let all = [
        ("src", Some(wanted.portal.clone())),
        ("host", Some(wanted.host.clone())),
        ("view", Some(go.view.as_str().to_owned())),
        ("task", id(go.task.map(|id| id.0))),
        ("file", id(go.file.map(|id| id.0))),
        ("key", go.key.clone()),
        ("schema", id(go.schema.map(|id| id.0))),
        ("attribute", id(go.attribute.map(|id| id.0))),
        ("query", go.query.clone()),
        ("scheme", look.scheme.map(word)),
        ("accent", look.accent.clone()),
        ("radius", look.radius.map(|radius| radius.to_string())),
        ("density", look.density.map(word)),
        ("locale", look.locale.clone()),
        ("height", look.height.map(word)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A choice as it is spelled in attributes and messages.
pub fn word(choice: impl Serialize) -> String {
    serde_json::to_value(choice).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Text within `"…"` in HTML.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A value in a script. A `<` would end the script that stands in a page.
fn js(value: impl Serialize) -> String {
    serde_json::to_string(&value).unwrap_or_default().replace('<', "\\u003c")
}

/// A value of an attribute in JSX: what would be read as anything else than itself is written as a string of JavaScript.
fn jsx(text: &str) -> String {
    if text.contains(['"', '&', '\\', '<', '>', '{', '}']) || text.contains(char::is_control) {
        format!("{{{}}}", js(text))
    } else {
        format!("\"{text}\"")
    }
}

/// Text within `'…'` in a shell.
fn sh(text: &str) -> String {
    text.replace('\'', r"'\''")
}

/// How a page asks its own backend, indented; the backend asks the portal ([`backend`]).
fn fetch_token(indent: &str) -> String {
    [
        "const answer = await fetch(\"/labeling-token\", { method: \"POST\" }); // your backend",
        "if (!answer.ok) throw new Error(`labeling-token: ${answer.status}`);",
        "return (await answer.json()).token;",
    ]
    .map(|line| format!("{indent}{line}\n"))
    .concat()
}

fn element(wanted: &Wanted) -> String {
    let attributes: String =
        attributes(wanted).iter().map(|(name, value)| format!("  {name}=\"{}\"\n", html(value))).collect();
    let mut text = format!(
        "<script type=\"module\" src=\"{}{ELEMENT}\"></script>\n<diffgram-portal\n{attributes}></diffgram-portal>\n",
        html(&wanted.portal)
    );
    if wanted.token {
        text.push_str(&format!(
            "<script type=\"module\">\n  document.querySelector(\"diffgram-portal\").fetchToken = async () => {{\n{}  }};\n</script>\n",
            fetch_token("    ")
        ));
    }
    text
}

fn iframe(wanted: &Wanted, path: &str) -> String {
    let address = format!("{}{BELOW}{}{path}", wanted.portal, wanted.host);
    let mut text = format!(
        "<iframe id=\"labeling\" title=\"Labeling\" src=\"{}\" allow=\"clipboard-write\"></iframe>\n",
        html(&address)
    );
    let look = (wanted.look != Look::default()).then_some(&wanted.look);
    if !wanted.token && look.is_none() {
        return text;
    }
    let mut answers = String::new();
    if let Some(look) = look {
        let message = js(ToFrame::Look(look.clone()));
        answers.push_str(&format!("    if (message.type === \"ready\") say({message});\n"));
        if look.height == Some(HeightMode::Auto) {
            answers.push_str(
                "    if (message.type === \"height\") frame.style.blockSize = `${Number(message.height)}px`;\n",
            );
        }
    }
    if wanted.token {
        answers.push_str(&format!(
            "    if (message.type === \"token_needed\") say({{ type: \"token\", token: await fetchToken() }});\n  }});\n\n  async function fetchToken() {{\n{}  }}\n",
            fetch_token("    ")
        ));
    } else {
        answers.push_str("  });\n");
    }
    text.push_str(&format!(
        r#"<script type="module">
  const portal = {};
  const frame = document.getElementById("labeling");
  const say = (message) => frame.contentWindow.postMessage(JSON.stringify({{ diffgram_portal: 1, message }}), portal);

  window.addEventListener("message", async (event) => {{
    if (event.origin !== portal || event.source !== frame.contentWindow || typeof event.data !== "string") return;
    const {{ diffgram_portal, message }} = JSON.parse(event.data);
    if (diffgram_portal !== 1) return;
{answers}</script>
"#,
        js(&wanted.portal)
    ));
    text
}

/// `key` is a word of React's and Vue's own: they would keep it. It is set before the frame is loaded, which `lazy` puts off.
fn without_key(wanted: &Wanted) -> (Vec<(&'static str, String)>, Option<String>) {
    let (keys, rest): (Vec<_>, Vec<_>) = attributes(wanted).into_iter().partition(|(name, _)| *name == "key");
    (rest, keys.into_iter().next().map(|(_, key)| key))
}

fn react(wanted: &Wanted) -> String {
    let (attributes, key) = without_key(wanted);
    let mut text =
        format!("// index.html: <script type=\"module\" src=\"{}{ELEMENT}\"></script>\n", html(&wanted.portal));
    if wanted.token {
        text.push_str(&format!("async function fetchToken() {{\n{}}}\n\n", fetch_token("  ")));
    }
    let mut begun = String::new();
    if let Some(key) = &key {
        begun.push_str(&format!(
            "  element?.setAttribute(\"key\", {}); // React keeps the property \"key\" to itself\n",
            js(key)
        ));
    }
    if wanted.token {
        begun.push_str(
            "  if (element) customElements.whenDefined(\"diffgram-portal\").then(() => { element.fetchToken = fetchToken; });\n",
        );
    }
    if !begun.is_empty() {
        text.push_str(&format!("function begin(element) {{\n{begun}}}\n\n"));
    }
    let mut lines: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}={}", jsx(value))).collect();
    if key.is_some() {
        lines.push("lazy".into());
    }
    if !begun.is_empty() {
        lines.push("ref={begin}".into());
    }
    let lines: String = lines.iter().map(|line| format!("      {line}\n")).collect();
    text.push_str(&format!(
        "export function Labeling() {{\n  return (\n    <diffgram-portal\n{lines}    />\n  );\n}}\n"
    ));
    text
}

fn vue(wanted: &Wanted) -> String {
    let (attributes, key) = without_key(wanted);
    let mut text = format!(
        "<!-- index.html: <script type=\"module\" src=\"{}{ELEMENT}\"></script>\n     vite.config.js: vue({{ template: {{ compilerOptions: {{ isCustomElement: (tag) => tag === \"diffgram-portal\" }} }} }}) -->\n",
        html(&wanted.portal)
    );
    let mut begun = String::new();
    if let Some(key) = &key {
        begun.push_str(&format!(
            "  element.setAttribute(\"key\", {}); // Vue keeps the attribute \"key\" to itself\n",
            js(key)
        ));
    }
    if wanted.token {
        begun
            .push_str("  await customElements.whenDefined(\"diffgram-portal\");\n  element.fetchToken = fetchToken;\n");
    }
    if !begun.is_empty() {
        text.push_str("<script setup>\nimport { onMounted, ref } from \"vue\";\n\nconst labeling = ref();\n");
        if wanted.token {
            text.push_str(&format!("\nasync function fetchToken() {{\n{}}}\n", fetch_token("  ")));
        }
        text.push_str(&format!(
            "\nonMounted(async () => {{\n  const element = labeling.value;\n{begun}}});\n</script>\n\n"
        ));
    }
    let mut lines: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}=\"{}\"", html(value))).collect();
    if key.is_some() {
        lines.push("lazy".into());
    }
    if !begun.is_empty() {
        lines.push("ref=\"labeling\"".into());
    }
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    text.push_str(&format!("<template>\n  <diffgram-portal\n{lines}  />\n</template>\n"));
    text
}

/// What a person sees who begins with this view: a list leads to what is in it.
fn reached(view: View) -> &'static [View] {
    match view {
        View::Inbox => &[View::Inbox, View::Next, View::Task, View::File],
        View::Next => &[View::Next, View::Task],
        View::Task => &[View::Task],
        View::File => &[View::File],
        View::Explorer => &[View::Explorer, View::File],
        View::Schema => &[View::Schema],
    }
}

fn backend(wanted: &Wanted) -> String {
    let Go { view, task, file, schema, .. } = wanted.go;
    // Schemas are for admins, and a key that can make somebody one says so.
    let (role, scope) = if view == View::Schema { (Role::Admin, "embed:admin") } else { (Role::User, "embed") };
    let request = EmbedTokenRequest {
        host: wanted.host.clone(),
        email: "ana@example.com".into(),
        role,
        views: reached(view).iter().copied().filter(|view| wanted.views.contains(view)).collect(),
        tasks: task.into_iter().collect(),
        files: file.into_iter().collect(),
        schemas: schema.into_iter().collect(),
    };
    let request = serde_json::to_string(&request).unwrap_or_default();
    format!(
        r#"# The key, once: diffgram-portal keys new --name {} --project YOUR-PROJECT --scope {scope}
# The address of whoever is signed in to your app at this moment:
curl -s {}{TOKENS} \
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{}'
# {{"token":"…","expires_in":60}}
"#,
        wanted.host,
        wanted.portal,
        sh(&request)
    )
}

#[cfg(test)]
mod tests {
    use portal_model::{
        embed::{Density, Scheme},
        id::{FileId, SchemaId, TaskId},
    };

    use super::*;

    fn wanted(go: Go) -> Wanted {
        Wanted {
            portal: "https://portal.example.com".into(),
            host: "shop".into(),
            views: View::ALL.to_vec(),
            go,
            look: Look::default(),
            token: true,
        }
    }

    fn said(kind: Kind, wanted: &Wanted) -> String {
        text(kind, wanted).unwrap()
    }

    #[test]
    fn the_element_has_the_attributes_that_were_chosen_and_its_token() {
        let mut wanted = wanted(Go { query: Some("label:\"<b>\"".into()), ..Go::to(View::Explorer) });
        wanted.look = Look { scheme: Some(Scheme::Dark), radius: Some(0), ..Look::default() };
        assert_eq!(
            said(Kind::Element, &wanted),
            r#"<script type="module" src="https://portal.example.com/embed/element.js"></script>
<diffgram-portal
  src="https://portal.example.com"
  host="shop"
  view="explorer"
  query="label:&quot;&lt;b&gt;&quot;"
  scheme="dark"
  radius="0"
></diffgram-portal>
<script type="module">
  document.querySelector("diffgram-portal").fetchToken = async () => {
    const answer = await fetch("/labeling-token", { method: "POST" }); // your backend
    if (!answer.ok) throw new Error(`labeling-token: ${answer.status}`);
    return (await answer.json()).token;
  };
</script>
"#
        );
        wanted.token = false;
        assert!(!said(Kind::Element, &wanted).contains("fetchToken"));
    }

    #[test]
    fn a_plain_iframe_has_the_address_and_answers_by_hand_only_where_it_must() {
        let mut wanted = wanted(Go { task: Some(TaskId(12)), ..Go::to(View::Task) });
        wanted.token = false;
        let plain = "<iframe id=\"labeling\" title=\"Labeling\" src=\"https://portal.example.com/embed/shop/tasks/12\" allow=\"clipboard-write\"></iframe>\n";
        assert_eq!(said(Kind::Iframe, &wanted), plain);
        wanted.look = Look { density: Some(Density::Compact), height: Some(HeightMode::Auto), ..Look::default() };
        let with_look = said(Kind::Iframe, &wanted);
        assert!(with_look.contains(r#"say({"type":"look","density":"compact","height":"auto"});"#), "{with_look}");
        assert!(with_look.contains("frame.style.blockSize") && !with_look.contains("token_needed"), "{with_look}");
        assert!(with_look.ends_with("px`;\n  });\n</script>\n"), "{with_look}");
        wanted.token = true;
        let with_token = said(Kind::Iframe, &wanted);
        assert!(with_token.contains("say({ type: \"token\", token: await fetchToken() });\n  });\n"), "{with_token}");
        assert!(with_token.contains("event.origin !== portal || event.source !== frame.contentWindow"));
    }

    #[test]
    fn links_lead_to_the_same_page_at_top_level() {
        for (go, path) in [
            (Go::to(View::Inbox), "/"),
            (Go { query: Some("a b".into()), ..Go::to(View::Inbox) }, "/?q=a%20b"),
            (Go { key: Some("a/b.jpg".into()), ..Go::to(View::File) }, "/files/key/a%2Fb.jpg"),
            (Go { schema: Some(SchemaId(2)), ..Go::to(View::Schema) }, "/schemas/2"),
        ] {
            assert_eq!(said(Kind::Link, &wanted(go)), format!("https://portal.example.com{path}"));
        }
    }

    #[test]
    fn what_is_shown_must_be_said() {
        for view in [View::Task, View::File] {
            for kind in Kind::ALL {
                assert_eq!(text(kind, &wanted(Go::to(view))), None, "{kind:?}");
            }
        }
        let by_window = Wanted { token: false, ..wanted(Go::to(View::Inbox)) };
        assert_eq!(text(Kind::Backend, &by_window), None, "nothing is asked for");
    }

    #[test]
    fn frameworks_keep_the_word_key_to_themselves() {
        let wanted = wanted(Go { key: Some("a\"</script>.jpg".into()), ..Go::to(View::File) });
        for (kind, ends) in [(Kind::React, "ref={begin}\n    />"), (Kind::Vue, "ref=\"labeling\"\n  />")] {
            let text = said(kind, &wanted);
            assert!(text.contains(r#"setAttribute("key", "a\"\u003c/script>.jpg")"#), "{text}");
            assert!(!text.contains("key=") && text.contains("lazy\n") && text.contains(ends), "{text}");
        }
        assert!(said(Kind::Element, &wanted).contains("key=\"a&quot;&lt;/script&gt;.jpg\""));
    }

    #[test]
    fn values_stay_values_in_jsx_and_vue() {
        let hard = Wanted {
            token: false,
            ..wanted(Go { query: Some("a:\"b\\c\" {x} & `y`".into()), ..Go::to(View::Explorer) })
        };
        assert!(said(Kind::React, &hard).contains(r#"query={"a:\"b\\c\" {x} & `y`"}"#), "{}", said(Kind::React, &hard));
        assert!(said(Kind::Vue, &hard).contains(r#"query="a:&quot;b\c&quot; {x} &amp; `y`""#));
        assert!(!said(Kind::Vue, &hard).contains("<script setup>"));
        assert!(!said(Kind::React, &hard).contains("ref="));
        assert_eq!(jsx("label:car"), "\"label:car\"");
        assert_eq!(sh("it's"), r"it'\''s");
    }

    #[test]
    fn a_backend_asks_for_no_more_than_what_is_shown() {
        let of = |go: Go| {
            let text = said(Kind::Backend, &wanted(go));
            let json = text.split("-d '").nth(1).and_then(|rest| rest.split("'\n").next()).unwrap().to_owned();
            (text, serde_json::from_str::<EmbedTokenRequest>(&json).unwrap())
        };
        let (text, task) = of(Go { task: Some(TaskId(12)), ..Go::to(View::Task) });
        assert!(text.contains("--scope embed\n") && text.contains("Bearer $KEY"), "{text}");
        assert_eq!((task.views, task.tasks, task.role), (vec![View::Task], vec![TaskId(12)], Role::User));
        let (_, file) = of(Go { file: Some(FileId(3)), ..Go::to(View::File) });
        assert_eq!((file.views, file.files), (vec![View::File], vec![FileId(3)]));
        let (text, schema) = of(Go { schema: Some(SchemaId(2)), ..Go::to(View::Schema) });
        assert!(text.contains("--scope embed:admin\n"), "{text}");
        assert_eq!((schema.role, schema.schemas), (Role::Admin, vec![SchemaId(2)]));
        let few = Wanted { views: vec![View::Inbox, View::Task], ..wanted(Go::to(View::Inbox)) };
        assert!(said(Kind::Backend, &few).contains(r#""views":["inbox","task"]"#), "{}", said(Kind::Backend, &few));
    }
}
