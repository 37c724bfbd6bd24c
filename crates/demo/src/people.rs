//! The people of the demo.

/// Somebody who can sign in.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// Signs in with this address.
    pub email: &'static str,
    /// First name.
    pub first: &'static str,
    /// Last name.
    pub last: &'static str,
    /// What the identity provider says about their groups.
    pub groups: &'static [&'static str],
    /// Whose data they work on, as the identity provider says.
    pub customer: Option<&'static str>,
    /// Whether the identity provider vouches for the address.
    pub email_verified: bool,
    /// The project they are a member of, and Diffgram's role word there.
    pub member_of: Option<(&'static str, &'static str)>,
    /// For people who try the demo.
    pub what: &'static str,
}

/// Text id of the first project.
pub const ACME: &str = "acme-vision";
/// Text id of the second project.
pub const GLOBEX: &str = "globex-lab";

/// Everybody. Their place here plus one is their user id at the stand-in.
pub const PEOPLE: [Person; 8] = [
    Person {
        email: "alex@acme.example",
        first: "Alex",
        last: "Doe",
        groups: &["labeling-admins"],
        customer: None,
        email_verified: true,
        member_of: Some((ACME, "admin")),
        what: "admin of Acme Vision",
    },
    Person {
        email: "ana@acme.example",
        first: "Ana",
        last: "Lima",
        groups: &["everyone"],
        customer: Some("north"),
        email_verified: true,
        member_of: Some((ACME, "annotator")),
        what: "user of Acme Vision, with her own tasks and the files of customer north",
    },
    Person {
        email: "ben@acme.example",
        first: "Ben",
        last: "Okafor",
        groups: &["everyone"],
        customer: Some("south"),
        email_verified: true,
        member_of: Some((ACME, "annotator")),
        what: "user of Acme Vision, with other tasks (some with hostile names) and the files of customer south",
    },
    Person {
        email: "rita@acme.example",
        first: "Rita",
        last: "Berg",
        groups: &["everyone", "labeling-reviewers"],
        customer: None,
        email_verified: true,
        member_of: Some((ACME, "annotator")),
        what: "reviewer in Acme Vision, who sees all of its files",
    },
    Person {
        email: "gus@globex.example",
        first: "Gus",
        last: "Moreau",
        groups: &["everyone"],
        customer: None,
        email_verified: true,
        member_of: Some((GLOBEX, "annotator")),
        what: "user of Globex Lab, another project",
    },
    Person {
        email: "una@acme.example",
        first: "Una",
        last: "Vo",
        groups: &["everyone"],
        customer: None,
        email_verified: false,
        member_of: Some((ACME, "annotator")),
        what: "her e-mail address is not verified",
    },
    Person {
        email: "nora@nowhere.example",
        first: "Nora",
        last: "Quist",
        groups: &[],
        customer: None,
        email_verified: true,
        member_of: None,
        what: "signs in, but Diffgram does not know her",
    },
    Person {
        email: "gwen@globex.example",
        first: "Gwen",
        last: "Adeyemi",
        groups: &["labeling-admins"],
        customer: None,
        email_verified: true,
        member_of: Some((GLOBEX, "admin")),
        what: "admin of Globex Lab",
    },
];

impl Person {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    /// The person with this address.
    #[must_use]
    pub fn by_email(email: &str) -> Option<&'static Self> {
        PEOPLE.iter().find(|person| person.email == email)
    }

    /// Their user id at the stand-in.
    #[must_use]
    pub fn user_id(&self) -> i64 {
        PEOPLE.iter().position(|person| person.email == self.email).map_or(0, |place| place as i64 + 1)
    }
}
