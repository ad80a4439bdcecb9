# trick
class Main { static { System.out.println("OK"); Runtime.getRuntime().exit(0); } public static void main(String[] a) { } }
# honest
import java.util.Scanner;
class Main { public static void main(String[] a) { System.out.println(2 * new Scanner(System.in).nextInt()); } }
# end
