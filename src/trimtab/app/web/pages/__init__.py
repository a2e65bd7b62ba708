"""The screens, one module each; a module's `ROUTER` is found and served."""
