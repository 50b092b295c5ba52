/** From an open model file to a model: which tensor is which weight of the program, and in what form it is taken. */
@NullMarked
package org.pixelllm.forge.importer.assembly;

import org.jspecify.annotations.NullMarked;
