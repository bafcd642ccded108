/**
 * What the three primitives share and users do not see: the module does not export it, and nothing outside of the core may use
 * it.
 */
package dev.fairway.internal;
