//! The shell: each public function of the core under the same name, and nothing more.
