import org.jspecify.annotations.NullMarked;

/** Fair scheduling between tenants, without any framework. */
@NullMarked
module dev.fairway {
    requires static transitive org.jspecify;
    requires org.jctools.core;

    exports dev.fairway;
    exports dev.fairway.coordinator;
    exports dev.fairway.dispatcher;
    exports dev.fairway.scheduler;
}
