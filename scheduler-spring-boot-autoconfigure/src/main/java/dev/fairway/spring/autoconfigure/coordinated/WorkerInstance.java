package dev.fairway.spring.autoconfigure.coordinated;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Marks, as a qualifier, the definition of one of the instances of a prototype bean; its value is that bean's name. */
@Retention(RetentionPolicy.RUNTIME)
@interface WorkerInstance {}
