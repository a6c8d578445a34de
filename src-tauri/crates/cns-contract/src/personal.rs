//! What is personal prints its name and nothing else.

/// Writes the `Debug` of types that hold what is personal.
macro_rules! personal_debug {
    ($($type:ident),*) => {$(
        impl std::fmt::Debug for $type {
            /// Prints nothing of the person.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "([personal])"))
            }
        }
    )*};
}
