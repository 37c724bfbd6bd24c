//! HTML that comes out of Diffgram, made safe to show. Diffgram stores what was sent, scripts included (`diffgram-api.md` §9).

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use portal_model::api::issues::SafeHtml;

/// More of a text is not looked at, in bytes.
const MAX: usize = 64 << 10;

/// What stays. All else goes, scripts and styles with what is in them, other tags without.
const TAGS: [&str; 13] = ["p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "a", "code", "pre"];

fn rules() -> Builder<'static> {
    let mut rules = Builder::empty();
    rules
        .tags(TAGS.into_iter().chain(["blockquote"]).collect())
        .clean_content_tags(HashSet::from([
            "script", "style", "noscript", "template", "title", "textarea", "iframe", "xmp",
        ]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // A link without a host would lead into the portal.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    rules
}

static RULES: LazyLock<Builder<'static>> = LazyLock::new(rules);
/// The same with pictures reduced to their words.
static WITH_WORDS_OF_PICTURES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut rules = rules();
    rules.add_tags(["img"]).add_tag_attributes("img", ["alt"]);
    rules
});

/// What may be shown of this.
#[must_use]
pub fn sanitised(html: &str) -> SafeHtml {
    let html = html.get(..html.floor_char_boundary(MAX)).unwrap_or(html);
    let with_words = pictures_to_words(&WITH_WORDS_OF_PICTURES.clean(html).to_string());
    // The second pass is the one that is relied on: nothing comes after it.
    SafeHtml(RULES.clean(&with_words).to_string())
}

/// Puts the words for a picture in its place: it is not loaded, since that would tell its server who reads this.
fn pictures_to_words(clean: &str) -> String {
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some((before, after)) = rest.split_once("<img") {
        out.push_str(before);
        // Written by ammonia: at most the one attribute, in double quotes, then the end.
        let (words, after) = match after.strip_prefix(" alt=\"").and_then(|text| text.split_once("\">")) {
            Some((words, after)) => (words, after),
            None => ("", after.split_once('>').map_or("", |(_, after)| after)),
        };
        if !words.is_empty() {
            out.push('[');
            out.push_str(&words.replace('<', "&lt;").replace('>', "&gt;"));
            out.push(']');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tags of a text: name and attributes.
    fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
        html.split('<')
            .skip(1)
            .map(|tag| {
                let (tag, _) = tag.split_once('>').expect("every tag ends");
                let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
                let attributes = rest.split("\" ").filter(|text| !text.is_empty()).map(|attribute| {
                    let (name, value) = attribute.split_once("=\"").expect("attributes have values");
                    (name.to_owned(), value.trim_end_matches('"').to_owned())
                });
                (name.trim_matches('/').to_owned(), attributes.collect())
            })
            .collect()
    }

    fn is_safe(html: &str) -> bool {
        tags(html).iter().all(|(name, attributes)| {
            (TAGS.contains(&name.as_str()) || name == "blockquote")
                && attributes.iter().all(|(attribute, value)| match attribute.as_str() {
                    "href" => {
                        ["http:", "https:", "mailto:"].iter().any(|scheme| value.to_lowercase().starts_with(scheme))
                    }
                    "rel" => value == "noopener noreferrer nofollow",
                    "target" => value == "_blank",
                    _ => false,
                })
        })
    }

    #[test]
    fn text_stays_and_what_runs_or_loads_goes() {
        for (html, shown) in [
            ("<p>Looks like a <b>van</b>.</p>", "<p>Looks like a <b>van</b>.</p>"),
            ("<script>alert(1)</script><p>hi</p>", "<p>hi</p>"),
            ("<style>*{display:none}</style>x", "x"),
            ("<p onclick=\"alert(1)\" style=\"position:fixed\" class=btn id=main>x</p>", "<p>x</p>"),
            ("<h1>big</h1><div>plain</div>", "bigplain"),
            (
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>",
            ),
            ("<a href=\"/tasks\">x</a>", "<a rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>"),
            (
                "<a href=\"https://a.example/?q=1&amp;r=2\" target=_self>x</a>",
                "<a href=\"https://a.example/?q=1&amp;r=2\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>",
            ),
            ("a <img src=x onerror=alert(1) alt=\"the left door\"> b", "a [the left door] b"),
            ("<img src=x alt='\"><script>alert(1)</script>'>", "[\"&gt;&lt;script&gt;alert(1)&lt;/script&gt;]"),
            ("<img src=x>", ""),
            ("2 < 3 &amp; <b>", "2 &lt; 3 &amp; <b></b>"),
        ] {
            let is = sanitised(html).0;
            assert_eq!(attribute_order(&is), attribute_order(shown), "{html}");
            assert!(is_safe(&is), "{html}: {is}");
        }
    }

    /// Attributes in one order, whatever the library's.
    fn attribute_order(html: &str) -> String {
        let mut parts: Vec<String> = html.split('>').map(str::to_owned).collect();
        for part in &mut parts {
            if let Some((before, tag)) = part.clone().split_once("<a ") {
                let mut attributes: Vec<&str> = tag.split_inclusive("\" ").map(str::trim).collect();
                attributes.sort_unstable();
                *part = format!("{before}<a {}", attributes.join(" "));
            }
        }
        parts.join(">")
    }

    #[test]
    fn inj_02_known_tricks_leave_nothing_behind() {
        for trick in [
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            "<a href=\"jAvAsCrIpT&colon;alert(1)\">x</a>",
            "<a href=\" &#1; javascript:alert(1)\">x</a>",
            "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<object data=\"javascript:alert(1)\"></object><embed src=x><base href=//evil.example/>",
            "<form action=//evil.example><input name=q><button formaction=javascript:alert(1)>x",
            "<meta http-equiv=refresh content=\"0;url=//evil.example\"><link rel=stylesheet href=//evil.example>",
            "<img alt=\"a\" src=x alt=\"b\"><img alt='x\" onerror=\"alert(1)'>",
            "<scr<script>ipt>alert(1)</scr</script>ipt>",
            "<p><!-- --!><script>alert(1)</script> --></p>",
            "<template><img src=x onerror=alert(1)></template>",
            "\u{0}<\u{0}script>alert(1)</script>",
        ] {
            let is = sanitised(trick).0;
            assert!(is_safe(&is), "{trick}: {is}");
            assert!(!is.contains("<img") && !is.contains("<script"), "{trick}: {is}");
        }
    }

    #[test]
    fn a_text_is_cut_before_it_is_read() {
        let long = "é".repeat(MAX);
        assert!(sanitised(&long).0.len() <= MAX);
        assert!(is_safe(&sanitised(&"<b>".repeat(5_000)).0));
    }

    proptest! {
        #[test]
        fn inj_02_nothing_dangerous_survives_whatever_it_is_made_of(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("<script>".to_owned()), Just("</script>".to_owned()), Just("<img src=x alt=\"".to_owned()),
                    Just("<a href=\"javascript:alert(1)\"".to_owned()), Just(" onerror=alert(1) ".to_owned()),
                    Just("\">".to_owned()), Just("'".to_owned()), Just("<svg><style>".to_owned()), Just("</style>".to_owned()),
                    Just("<math><mtext>".to_owned()), Just("<!--".to_owned()), Just("-->".to_owned()), Just("<![CDATA[".to_owned()),
                    Just("<p style=\"".to_owned()), Just("&lt;script&gt;".to_owned()), Just("<table><td>".to_owned()),
                    Just("<noscript>".to_owned()), Just("<textarea>".to_owned()), Just("<blockquote><code>".to_owned()),
                    "[a-z<>\"'=/ &;:!-]{0,12}",
                ],
                0..24,
            )
        ) {
            let html = parts.concat();
            let is = sanitised(&html).0;
            prop_assert!(is_safe(&is), "{html}: {is}");
            prop_assert_eq!(&sanitised(&is).0, &is, "once more changes nothing");
        }
    }
}
