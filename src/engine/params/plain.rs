//! A setting as a plain number, and lists of choices.

/// A type of setting that has a plain number for each of its values.
pub trait Plain {
    /// Returns the value as a number.
    fn to_plain(self) -> f64;
    /// Returns the value of a number within the setting's range.
    fn from_plain(plain: f64) -> Self;
}

impl Plain for f64 {
    fn to_plain(self) -> f64 {
        self
    }
    fn from_plain(plain: f64) -> Self {
        plain
    }
}

impl Plain for bool {
    fn to_plain(self) -> f64 {
        f64::from(u8::from(self))
    }
    fn from_plain(plain: f64) -> Self {
        plain >= 0.5
    }
}

/// One value of a list of choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name in files and on the command line: `snake_case`, permanent.
    pub id: &'static str,
    /// The name in hosts and in the window.
    pub label: &'static str,
}

/// Declares an enum that is a list of choices: a line `Variant = "id", "Label";` with a doc comment for each.
macro_rules! choices {
    (
        $(#[$meta:meta])* pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $id:literal, $label:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            /// All choices, in the order of their plain values.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];
            /// The ids and labels of all choices, in the same order.
            pub const CHOICES: &[$crate::params::plain::Choice] =
                &[$($crate::params::plain::Choice { id: $id, label: $label },)+];
        }

        impl $crate::params::plain::Plain for $name {
            fn to_plain(self) -> f64 {
                $crate::units::count(Self::ALL.iter().position(|x| *x == self).unwrap_or(0))
            }
            fn from_plain(plain: f64) -> Self {
                Self::ALL[$crate::units::whole(plain).min(Self::ALL.len() - 1)]
            }
        }
    };
}
pub(crate) use choices;
