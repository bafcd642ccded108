package dev.fairway.concurrency;

import org.openjdk.jcstress.Main;

/** jcstress, in a JVM that ends with it even if it runs tests itself and their workers are left; see {@link Fork}. */
final class Jcstress {
    private Jcstress() {}

    public static void main(String[] args) {
        int exit = 1;
        try {
            Main.main(args);
            exit = 0;
        } catch (Throwable failure) { // the report on what has failed, too, comes as an error
            failure.printStackTrace();
        } finally {
            System.exit(exit);
        }
    }
}
